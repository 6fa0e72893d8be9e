import Foundation

/// What the PyTorch twins said, Fixtures/baselines/baselines.json.
struct Oracle: Decodable {
    struct Counts: Decodable {
        var families: [Int]
        var pathways: [Int]
        var hallmarks: [Int]
        var mcat: Int
        var motcat: Int
        var survpath: Int
        var mmp: Int
        var mmpShared: Int
        var pibd: Int
        var cmta: Int
        var snn: Int
        var abmil: Int
    }

    struct Forward: Decodable {
        struct Bag: Decodable {
            var outputs: [Double]
            var saliency: [[Double]]?
        }
        struct Mixture: Decodable {
            var outputs: [[Double]]
        }
        var mcat: Bag
        var survpath: Bag
        var nystrom: Bag
        var mixture: Mixture
    }

    var counts: Counts
    var forward: Forward

    static func load() throws -> Oracle {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures/baselines/baselines.json")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Oracle.self, from: Data(contentsOf: file))
    }
}
