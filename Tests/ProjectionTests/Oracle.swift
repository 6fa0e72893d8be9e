import Foundation
import Results
import Testing

/// What `Tests/Fixtures/projection/oracle.py` recorded.
struct Oracle: Decodable {
    struct Map: Decodable {
        let name: String
        let x: [[Double]]
        let perplexity: Double
        /// By the peer that made the layout.
        let klDivergence: [String: Double]
    }

    struct Affinities: Decodable {
        let points: Int
        let perplexity: Double
        let scikitLearn: [Double]
        let rootFinding: [Double]
    }

    struct PrincipalComponents: Decodable {
        let x: [[Double]]
        let variances: [Double]
        let scores: [[Double]]
    }

    struct Quality: Decodable {
        struct Part: Decodable {
            let role: String
            let modality: String
            let rows: [Int]
            let vectors: [[Double]]
        }
        struct Entry: Decodable {
            let value: Double
            let chance: Double?
        }
        let fold: [Double]
        let parts: [Part]
        let complete: Int
        let entries: [String: Entry]
    }

    struct Silhouettes: Decodable {
        let clusters: [[[Double]]]
        let value: Double
    }

    let maps: [Map]
    let affinities: Affinities
    let principalComponents: [String: PrincipalComponents]
    let quality: Quality
    let silhouettes: Silhouettes

    static func load() throws -> Oracle {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures/projection/oracle.json")
        return try JSONDecoder().decode(Oracle.self, from: Data(contentsOf: file))
    }
}

extension Matrix {
    init(_ rows: [[Double]]) {
        self.init(rows: rows.count, columns: rows[0].count, values: rows.flatMap { $0 })
    }
}

/// Fails unless |actual − expected| is at most `relative` · |expected| + `absolute`; so NaN fails.
func expectClose(
    _ actual: Double, _ expected: Double, relative: Double = 0, absolute: Double = 0, _ what: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
) {
    guard abs(actual - expected) <= relative * abs(expected) + absolute else {
        Issue.record("\(what) is \(actual), expected \(expected)", sourceLocation: sourceLocation)
        return
    }
}

/// A fixed stream of numbers, evenly spread in −0.5..<0.5.
struct Stream {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed }
    mutating func next() -> Double {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(state >> 11) / Double(1 << 53) - 0.5
    }
    mutating func matrix(_ rows: Int, _ columns: Int) -> Matrix {
        Matrix(rows: rows, columns: columns, values: (0..<rows * columns).map { _ in next() })
    }
}
