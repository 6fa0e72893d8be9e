import Foundation
import Results
import Testing

/// Reads what R recorded in `Tests/Fixtures/statistics` (`oracle.R` there wrote it).
enum Oracle {
    private struct Recording<Cases: Decodable>: Decodable {
        let versions: [String: String]
        let cases: Cases
    }

    static func cases<Cases: Decodable>(_ name: String, as type: Cases.Type = Cases.self) throws -> Cases {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let file = folder.appending(path: "Fixtures/statistics/\(name).json")
        let recording = try JSONDecoder().decode(Recording<Cases>.self, from: Data(contentsOf: file))
        #expect(!recording.versions.isEmpty)
        return recording.cases
    }
}

/// The data sets of the oracle: columns of numbers, nil where R has NA.
struct OracleData {
    private let sets: [String: [String: [Double?]]]

    init() throws { sets = try Oracle.cases("data") }

    /// The patients of a set who have a value in each of `needed`.
    func set(_ name: String, needing needed: [String] = []) throws -> DataSet {
        let columns = try #require(sets[name], "no data set \(name)")
        let time = try #require(columns["time"])
        let rows = try time.indices.filter { row in
            try needed.allSatisfy { try #require(columns[$0], "no column \($0)")[row] != nil }
        }
        return try DataSet(columns: columns.mapValues { column in rows.map { column[$0] } })
    }
}

struct DataSet {
    let columns: [String: [Double?]]
    let outcome: Outcome

    init(columns: [String: [Double?]]) throws {
        self.columns = columns
        let time = try #require(columns["time"]).map { try #require($0) }
        let event = try #require(columns["event"]).map { $0 == 1 }
        outcome = try Outcome(time: time, event: event)
    }

    func numbers(_ name: String) throws -> [Double] {
        try #require(columns[name], "no column \(name)").map { try #require($0) }
    }

    func integers(_ name: String) throws -> [Int] { try numbers(name).map { Int($0) } }

    func labels(_ name: String) throws -> [String] { try integers(name).map(String.init) }

    func matrix(_ names: [String]) throws -> Matrix {
        let columns = try names.map(numbers)
        return Matrix(
            rows: outcome.count, columns: names.count,
            values: (0..<outcome.count).flatMap { row in columns.map { $0[row] } })
    }
}
