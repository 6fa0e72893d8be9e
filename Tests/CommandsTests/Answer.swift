import Foundation
import Testing

/// A part of a JSON text, whoever wrote it.
enum Answer: Decodable, Equatable {
    case null, boolean(Bool), number(Double), string(String), list([Answer]), object([String: Answer]), nothing

    init(json: String) throws { self = try JSONDecoder().decode(Answer.self, from: Data(json.utf8)) }

    init(from decoder: any Decoder) throws {
        let content = try decoder.singleValueContainer()
        if content.decodeNil() {
            self = .null
        } else if let value = try? content.decode(Bool.self) {
            self = .boolean(value)
        } else if let value = try? content.decode(Double.self) {
            self = .number(value)
        } else if let value = try? content.decode(String.self) {
            self = .string(value)
        } else if let value = try? content.decode([Answer].self) {
            self = .list(value)
        } else {
            self = .object(try content.decode([String: Answer].self))
        }
    }

    subscript(key: String) -> Answer {
        if case .object(let members) = self { members[key] ?? .nothing } else { .nothing }
    }

    subscript(index: Int) -> Answer { items.indices.contains(index) ? items[index] : .nothing }

    var isNull: Bool { self == .null }
    var text: String? { if case .string(let text) = self { text } else { nil } }
    var items: [Answer] { if case .list(let items) = self { items } else { [] } }

    func number() throws -> Double {
        guard case .number(let number) = self else { throw NotANumber(found: self) }
        return number
    }

    struct NotANumber: Error { let found: Answer }

    func numbers() throws -> [Double] { try items.map { try $0.number() } }

    func has(_ key: String) -> Bool { self[key] != .nothing }
}

/// Fails unless the number is within `tolerance` times the expected one.
func expectClose(
    _ actual: Double, _ expected: Double, _ what: String, tolerance: Double = 1e-8,
    at location: SourceLocation = #_sourceLocation
) {
    #expect(
        abs(actual - expected) <= tolerance * abs(expected), "\(what) is \(actual) instead of \(expected)",
        sourceLocation: location)
}

/// As above for each of `keys`, whose values are numbers, lists of numbers, or null on both sides.
func expectClose(
    _ actual: Answer, _ expected: Answer, _ keys: [String], _ what: String,
    at location: SourceLocation = #_sourceLocation
) throws {
    for key in keys {
        #expect(actual.has(key) && expected.has(key), "\(what) has no \(key)", sourceLocation: location)
        if expected[key].isNull {
            #expect(actual[key].isNull, "\(what) \(key) is not null", sourceLocation: location)
        } else if expected[key].items.isEmpty {
            expectClose(try actual[key].number(), try expected[key].number(), "\(what) \(key)", at: location)
        } else {
            let (found, wanted) = (actual[key].items, expected[key].items)
            #expect(found.count == wanted.count, "\(what) \(key) has \(found.count) entries", sourceLocation: location)
            for (index, pair) in zip(found, wanted).enumerated() {
                if pair.1.isNull {
                    #expect(pair.0.isNull, "\(what) \(key)[\(index)] is not null", sourceLocation: location)
                } else {
                    expectClose(
                        try pair.0.number(), try pair.1.number(), "\(what) \(key)[\(index)]", at: location)
                }
            }
        }
    }
}
