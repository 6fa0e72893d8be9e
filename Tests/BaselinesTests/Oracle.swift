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

    /// A whole network's twin.
    struct Network: Decodable {
        var outputs: [Double]
        var terms: [String: Double]
        /// Of each parameter's gradient the length and Σ gᵢ cos(0.9 i).
        var gradients: [[Double]]
        /// Of MOTCat, for each patient with patches.
        var plans: [[Double]]?
        var saliency: [[Double]]?
    }

    struct Networks: Decodable {
        var snn: Network
        var snnLate: Network
        var abmil: Network
        var mcat: Network
        var survpath: Network
        var motcat: Network
        var mmp: Network
        var mmpShared: Network
        var cmta: Network
        var pibd: Network
        var pibdEvaluated: Network
    }

    struct AlphaDropout: Decodable {
        var probability: Double
        var scale: Double
        var shift: Double
        var dropped: Double
    }

    var counts: Counts
    var forward: Forward
    var networks: Networks
    var alphaDropout: AlphaDropout

    static func load() throws -> Oracle {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures/baselines/baselines.json")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Oracle.self, from: Data(contentsOf: file))
    }
}
