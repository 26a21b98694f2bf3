/// The one owner of an object that libgit2 made; it is freed where its owner goes out of scope.
struct Owned: ~Copyable {
    typealias Free = @convention(c) (OpaquePointer?) -> Void

    let pointer: OpaquePointer
    private let free: Free

    init(_ pointer: OpaquePointer, free: @escaping Free) {
        self.pointer = pointer
        self.free = free
    }

    deinit { free(pointer) }
}

/// Has libgit2 make an object.
///
/// `subject` completes "could not …".
func make(
    _ subject: @autoclosure () -> String,
    free: @escaping Owned.Free,
    _ call: (inout OpaquePointer?) -> Int32
) throws(GitError) -> Owned {
    var pointer: OpaquePointer?
    let code = call(&pointer)
    guard code >= 0, let pointer else { throw GitError(code: code, subject: subject()) }
    return Owned(pointer, free: free)
}

/// As `make`, but gives nil for what does not exist.
func makeIfPresent(
    _ subject: @autoclosure () -> String,
    free: @escaping Owned.Free,
    missing: Int32...,
    call: (inout OpaquePointer?) -> Int32
) throws(GitError) -> Owned? {
    var pointer: OpaquePointer?
    let code = call(&pointer)
    if missing.contains(code) { return nil }
    guard code >= 0, let pointer else { throw GitError(code: code, subject: subject()) }
    return Owned(pointer, free: free)
}
