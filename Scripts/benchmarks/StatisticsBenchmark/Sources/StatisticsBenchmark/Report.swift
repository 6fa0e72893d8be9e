import Foundation

/// The table of one measurement, as lines of cells.
struct Report {
    let measurement: Measurement
    let estimators: [Estimator]

    private var peers: [PeerKind] {
        PeerKind.allCases.filter { peer in measurement.costs.keys.contains { $0.peer == peer } }
    }

    private var header: [String] { ["estimator"] + peers.map(\.rawValue) + ["ratio", "best peer", "our peak, MB"] }

    private var rows: [[String]] {
        estimators.compactMap { estimator in
            guard let own = measurement.costs[.init(estimator: estimator, peer: .ours)] else { return nil }
            let best = measurement.best(estimator)
            return [estimator.title]
                + peers.map { peer in
                    measurement.costs[.init(estimator: estimator, peer: peer)].map { text($0.processor) } ?? "–"
                }
                + [
                    best.map { String(format: "%.1f", $0.cost.processor / own.processor) } ?? "–",
                    best?.peer.rawValue ?? "–", String(own.peak / 1_000_000),
                ]
        }
    }

    private func text(_ seconds: Double) -> String { String(format: seconds < 0.1 ? "%.4f" : "%.3g", seconds) }

    var title: String {
        let size = String(measurement.patients)
        let groups = stride(from: size.count, to: 0, by: -3).map { size.prefix($0).suffix(3) }.reversed()
        return "\(groups.joined(separator: ",")) patients, processor seconds"
    }

    var plain: String {
        let lines = [header] + rows
        let widths = header.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        func line(_ cells: [String]) -> String {
            zip(cells, widths).enumerated().map { place, cell in
                let padding = String(repeating: " ", count: cell.1 - cell.0.count)
                return place == 0 ? cell.0 + padding : padding + cell.0
            }.joined(separator: "  ")
        }
        let rule = String(repeating: "─", count: widths.reduce(0, +) + 2 * (widths.count - 1))
        return ([title, line(header), rule] + rows.map(line)).joined(separator: "\n") + "\n"
    }

    var markdown: String {
        let rule = header.indices.map { $0 == 0 ? "---" : "--:" }
        let lines = ([header, rule] + rows).map { "| " + $0.joined(separator: " | ") + " |" }
        return "### \(title)\n\n" + lines.joined(separator: "\n") + "\n"
    }
}
