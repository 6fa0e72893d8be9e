import Foundation

/// Phrases of the description that goes with a picture.
enum Words {
    /// Four digits that count.
    static func number(_ value: Double) -> String {
        value.isFinite ? String(format: "%.4g", value).replacing("-", with: "−") : "not defined"
    }

    /// "1 year", "2.5 years", of a unit that is usually a plural.
    static func duration(_ value: Double, unit: String?) -> String {
        let number = GnuplotText.number((value * 1000).rounded() / 1000)
        guard let unit else { return number }
        let isOne = value == 1 && unit.count > 1 && unit.hasSuffix("s")
        return "\(number) \(isOne ? String(unit.dropLast()) : unit)"
    }

    static func time(_ value: Double?) -> String { value.map(number) ?? "not reached" }

    static func percent(_ share: Double) -> String { GnuplotText.number((share * 1000).rounded() / 10) + "%" }

    /// "1 patient", "2 patients"
    static func counted(_ count: Int, _ noun: String, _ plural: String? = nil) -> String {
        "\(count) \(count == 1 ? noun : plural ?? noun + "s")"
    }

    /// "from 1 to 5", of the finite ones.
    static func range(_ values: [Double]) -> String {
        let finite = values.filter(\.isFinite)
        return "from \(number(finite.min() ?? .nan)) to \(number(finite.max() ?? .nan))"
    }

    static func sentences(_ parts: [String]) -> String {
        parts.map { $0.hasSuffix(".") ? $0 : $0 + "." }.joined(separator: " ")
    }
}

extension Figure {
    /// The figure in words: what its kind says of it, else what its panels show.
    var description: String {
        Words.sentences([summary ?? panels.map(\.description).joined(separator: " ")] + (caption.map { [$0] } ?? []))
    }
}

extension Panel {
    /// What is on the axes, and how many points of what are drawn.
    fileprivate var description: String {
        var sentences: [String] = []
        if let title { sentences.append(title) }
        let axes = [x.title, y.title].filter { !$0.isEmpty }
        if !axes.isEmpty { sentences.append(axes.reversed().joined(separator: " against ")) }
        for series in series {
            guard let name = series.name, series.count > 0 else { continue }
            switch series.mark {
            case .band, .stepBand, .strokes, .segments: continue
            case .tiles: sentences.append("\(name): \(Words.counted(series.count, "tile"))")
            case .points: sentences.append("\(name): \(Words.counted(series.count, "point"))")
            case .line, .steps:
                guard series.columns[1].contains(where: \.isFinite) else { continue }
                sentences.append("\(name): \(Words.range(series.columns[1]))")
            }
        }
        for (index, row) in y.ticks.enumerated() where !sideColumns.isEmpty {
            sentences.append(
                "\(row.label): " + sideColumns.map { "\($0.title) \($0.cells[index])" }.joined(separator: ", "))
        }
        return Words.sentences(sentences + notes)
    }
}
