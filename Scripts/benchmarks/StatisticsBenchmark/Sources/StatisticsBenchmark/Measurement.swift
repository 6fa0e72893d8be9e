import Foundation

/// The measurements of all estimators at one number of patients.
struct Measurement {
    /// The least of all rounds, in seconds; and bytes.
    struct Cost {
        var processor = Double.infinity
        var wall = Double.infinity
        var peak = 0
        var rounds = 0
    }

    struct Cell: Hashable {
        var estimator: Estimator
        var peer: PeerKind
    }

    /// A peer that takes longer than this is run once, and not at all if that is foreseen to take longer than `limit`.
    static let patience = 10.0
    static let limit = 90.0

    let patients: Int
    private(set) var costs: [Cell: Cost] = [:]
    private(set) var versions: [String] = []
    /// What was left out, and values that do not agree.
    private(set) var notes: [String] = []
    private(set) var disagreements: [String] = []
    private var values: [Cell: [Double?]] = [:]
    private var settled: Set<Cell> = []

    init(patients: Int) { self.patients = patients }

    /// Runs every estimator of every peer, round by round in turns.
    ///
    /// - Parameter smaller: measurements with fewer patients, from which long runs are foreseen.
    mutating func run(
        _ estimators: [Estimator], rounds: Int, smaller: Measurement?, peers path: String, data: String
    ) throws {
        var peers: [Peer] = []
        for kind in PeerKind.allCases {
            do {
                let peer = try Peer(kind, peers: path, data: data)
                peers.append(peer)
                if kind != .ours { versions.append(peer.version) }
            } catch BenchmarkError.missing(let kind) where kind != .ours {
                notes.append("skipped: " + (BenchmarkError.missing(kind).errorDescription ?? ""))
            }
        }
        for round in 1...rounds {
            for estimator in estimators {
                for peer in peers where peer.estimators.contains(estimator.rawValue) {
                    let cell = Cell(estimator: estimator, peer: peer.kind)
                    if settled.contains(cell) || isHopeless(cell, smaller) { continue }
                    Self.show("\(patients) patients, round \(round): \(estimator.title), \(peer.kind.rawValue)")
                    try measure(peer, cell)
                }
            }
        }
        Self.show("done\n")
        peers.forEach { $0.stop() }
        compare(estimators)
    }

    /// Progress, where somebody watches.
    private static func show(_ text: String) {
        guard isatty(STDERR_FILENO) == 1 else { return }
        FileHandle.standardError.write(Data("\r\u{1B}[Kstatistics: \(text)".utf8))
    }

    private mutating func isHopeless(_ cell: Cell, _ smaller: Measurement?) -> Bool {
        var reason = cell.peer.obstacle(cell.estimator, patients: patients)
        if let smaller, let cost = smaller.costs[cell] {
            let foreseen = cost.wall * Double(patients) / Double(smaller.patients)
            if foreseen > Self.limit { reason = "would take more than \(Int(foreseen)) s" }
        } else if let smaller, reason == nil, smaller.settled.contains(cell) {
            reason = "failed or was too slow with \(smaller.patients) patients"
        }
        guard let reason else { return false }
        settled.insert(cell)
        notes.append("skipped: \(cell.estimator.title) of \(cell.peer.rawValue) with \(patients) patients \(reason)")
        return true
    }

    private mutating func measure(_ peer: Peer, _ cell: Cell) throws {
        let (answer, peak) = try peer.run(cell.estimator)
        guard let processor = answer.processor, let wall = answer.wall, let numbers = answer.values else {
            settled.insert(cell)
            notes.append("failed: \(cell.estimator.title) of \(cell.peer.rawValue): \(answer.failure ?? "no answer")")
            return
        }
        var cost = costs[cell] ?? Cost()
        cost.processor = min(cost.processor, processor)
        cost.wall = min(cost.wall, wall)
        cost.peak = max(cost.peak, peak)
        cost.rounds += 1
        costs[cell] = cost
        values[cell] = numbers
        if wall > Self.patience {
            settled.insert(cell)
            notes.append("once only: \(cell.estimator.title) of \(cell.peer.rawValue) with \(patients) patients")
        }
    }

    private mutating func compare(_ estimators: [Estimator]) {
        for estimator in estimators {
            guard let own = values[Cell(estimator: estimator, peer: .ours)] else { continue }
            for peer in PeerKind.allCases where peer != .ours {
                guard let others = values[Cell(estimator: estimator, peer: peer)] else { continue }
                let tolerance = estimator.tolerance(peer)
                for (place, pair) in zip(own, others).enumerated() {
                    guard let theirs = pair.1 else { continue }
                    let ours = pair.0 ?? .nan
                    guard abs(ours - theirs) <= tolerance * abs(theirs) else {
                        disagreements.append(
                            "\(estimator.title), value \(place + 1): ours \(ours), \(peer.rawValue) \(theirs); "
                                + "tolerance \(tolerance)")
                        continue
                    }
                }
            }
        }
    }

    /// The fastest peer.
    func best(_ estimator: Estimator) -> (peer: PeerKind, cost: Cost)? {
        PeerKind.allCases.dropFirst().compactMap { peer in
            costs[Cell(estimator: estimator, peer: peer)].map { (peer, $0) }
        }.min { $0.1.processor < $1.1.processor }
    }
}
