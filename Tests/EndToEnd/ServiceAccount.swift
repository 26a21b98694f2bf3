import Foundation

/// A key such as Google gives for a service account, which nothing trusts: it was made for these tests.
enum ServiceAccount {
    /// - Parameter id: What tells one key from another.
    static func key(_ id: String) throws -> String {
        let key = [
            "type": "service_account", "project_id": "p", "client_email": "a@b", "private_key_id": id,
            "private_key": secret, "token_uri": "https://oauth2.googleapis.com/token",
        ]
        let data = try JSONSerialization.data(withJSONObject: key, options: .sortedKeys)
        return String(decoding: data, as: UTF8.self)
    }

    private static let secret = """
        -----BEGIN PRIVATE KEY-----
        MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQCuY+mOvG8clcL0
        60jDHZRD+e1MtpIQErAtAt4C6Lofkocv8nMKKDC32zOM9UamONoaPc7/upbu2c7s
        808O9C0TiwSOinYGAcRnv6MQJ/0N6JpM52xRdUi4OCeHRm8RtS5ze9ic1o8p8Z9J
        zkq2V1RI31zSpLpZNUB4eQL21BExBGp+9m9w3YJ4YTx3nWLsVkkjF1o30K+TGBH6
        IQ2QJ7Wqi77/BQ7kg7fKx6PWvKYvvE4LMbfPR8Djpe+DAKbAjE8P/+g2CdSJb/rq
        XVmoXYMhrY6wqqwRUznHjK7ZnQEzUAS7zL3fnBuMQMJ1hu5Hb76AN5eGauAuyKD8
        RZLzD3TrAgMBAAECggEADe5uZJg6GiL+qZk4PVoaE5oeMnAtV/peN6JQgRP9dnM6
        uIJaXVfbmHx68EpR5AqLpegFJtnNn/Qnezduu+eWyEZlTUvTZOR0P8OH78z6Asfv
        t7APL6y6a/kUc1KVoekC9nfQ1KqxUiz6yCciQdHVKmMpo6xENMczyMwGCBjl7K/n
        XYpSccpoI1S8JU5D6Hvy59zauhaWo+JRJbP9x41DgTySdGvfmE5N+L8AgYA7nVff
        NyIfmX/Xx6IQMNUT8vf4aTmLxk/JoD6YnlNfSUHTDKX9iBbHXfhATD8q4wdPDErV
        qev8RE7wT2qbEEGgN50yBzDJnPn60xH4MPPdd9wjfQKBgQDU0LLSblUv0Jt3C6Sj
        RLV1HwZvnGFs0wiHBsC2creVgPvJe4B1UumRD8tAIZS5lqEzzFq36l1Hk57aJQLI
        XiSKYa2co7sps8FDLw+8kqdfkHfcrjQasCWoZTrxMXF/5XrusR3kWV4rmAzmNwJU
        vP1n4qti9A7JdsnipUwNOrDXdwKBgQDRxx56EUg/NQrEEzph4fgjmtoAMq6SNYmp
        UJEwb3XkiFIk2KftWEzCH1kiep1YN29THMQ8eLWzTjnlYUEvn9kqjFcWTiRTW0IT
        S4ZzaxSE/uh6bzHerGy0ioOoeZYF+yEAMlsH9k2/63RCM3uBmBGWuZMcAzWXlY6o
        rqTo+FJTLQKBgQCzpdU+lArvSR7juH1rocW4L8+ECjOn5OGO8mFd4qsc1nw2Ej5X
        S/2FChsecPqWTBSaoEh4dqv1jyUKqzGVKPuZoWkoEIMfafGcIC8dlYMaxd6Y+Kld
        WhL/+yxtjLpuJ67Frdg4+kPncvx4njkmhT85IfxhlPqikNdNrxHrHP9JcwKBgE4O
        q5Z8S8fJMuJWzUiSzsRg4HFmanLZHQo1gnDlaJbK6tXvED1Ot/EbvQ0JVvb2WaQx
        dguSVvoLR5vEnn7cGfCtG9Ke7QFfWazYU4Uq+Q2r1FGKgqH6wtBDIk5UP7CmC1eJ
        ZToHOlMJh88CXRiRvym4j7bCsvReoCDAK3jMvcVZAoGBALJUsnAaD5Jo1IZDV2nM
        2ELu9h2hxTgHaBrlXo8mQXyuxUl1nIegCMEL/TH64ukdln62bmc1CzzmunFKH+HS
        Z90XIe2mZp5Vsh/V7v0xWZP7BmJyXvlDNfJpH/FRRxl86zWjxWe99S3ZC8lmaG1n
        +CH8n9Vq9wiOgydkDc3ABrt4
        -----END PRIVATE KEY-----

        """
}
