import Testing

@testable import flowrun

struct BaseImageTests {
    @Test(arguments: [
        ("FROM python:3.11-slim\n", ["python:3.11-slim"]),
        ("ARG BASE=a:1\nARG BASE_IMAGE=b:2\nFROM ${BASE_IMAGE}\n", ["b:2"]),
        ("ARG BASE=a:1\nARG BASE_IMAGE=b:2\nfrom --platform=linux/amd64 $BASE_IMAGE as build\n", ["b:2"]),
        ("FROM a AS build\nFROM b\nCOPY --from=build /x /x\nFROM build\nFROM scratch\nFROM a\n", ["a", "b"]),
        ("ARG BASE\nFROM $BASE\n", []),
        ("# FROM x\nRUN echo FROM y\nFROM\n", []),
    ])
    func namesAreThoseThatAreNotMadeInTheFile(_ dockerfile: String, _ names: [String]) {
        #expect(BaseImages.names(in: dockerfile) == names)
    }
}
