/// The variables of the session and of the functions being called.
///
/// Functions see their own variables and the session's; a function assigns to its own.
struct Scopes {
    private(set) var global: [String: Value] = [:]
    private var local: [[String: Value]] = []

    var depth: Int { local.count }

    subscript(name: String) -> Value? { local.last?[name] ?? global[name] }

    var names: [String] { visible.map(\.name) }

    var visible: [(name: String, value: Value)] {
        global.merging(local.last ?? [:]) { $1 }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    mutating func assign(_ value: Value, to name: String) {
        if local.isEmpty { global[name] = value } else { local[local.count - 1][name] = value }
    }

    mutating func push(_ variables: [String: Value]) { local.append(variables) }

    mutating func pop() { local.removeLast() }
}
