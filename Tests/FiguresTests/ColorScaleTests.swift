import Foundation
import Projection
import Results
import Testing

@testable import Figures

/// Scales of colours, and the bars that say what they mean.
@Suite struct ColorScaleTests {
    /// CIE lightness of a colour as it is, and as readers without red or green cones see it (Viénot 1999).
    private func lightness(_ color: Color) -> [Double] {
        func linear(_ channel: UInt8) -> Double {
            let value = Double(channel) / 255
            return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
        }
        let (r, g, b) = (linear(color.red), linear(color.green), linear(color.blue))
        let kinds = [
            (r, g, b), (0.11238 * r + 0.88762 * g, 0.11238 * r + 0.88762 * g, 0.00401 * r - 0.00401 * g + b),
            (0.29275 * r + 0.70725 * g, 0.29275 * r + 0.70725 * g, -0.02234 * r + 0.02234 * g + b),
        ]
        return kinds.map { red, green, blue in
            let y = max(0, 0.2126 * red + 0.7152 * green + 0.0722 * blue)
            return y > 0.008856 ? 116 * cbrt(y) - 16 : 903.3 * y
        }
    }

    @Test func scalesGetDarkerInEvenStepsForEveryKindOfVision() {
        let scales: [(ColorScale, [Double])] = [
            (.sequential(0...1), (0...20).map { Double($0) / 20 }),
            (.diverging(limit: 1), (0...20).map { Double($0) / 20 }),
            (.diverging(limit: 1), (0...20).map { -Double($0) / 20 }),
        ]
        for (scale, values) in scales {
            let all = values.map { lightness(scale.color($0)) }
            for kind in 0..<3 {
                let steps = zip(all, all.dropFirst()).map { $0[kind] - $1[kind] }
                let mean = steps.reduce(0, +) / Double(steps.count)
                #expect(steps.allSatisfy { $0 > 0.3 * mean && $0 < 2 * mean }, "\(scale) \(kind): \(steps)")
            }
        }
        let ends = [-1.0, 1].map { lightness(ColorScale.diverging(limit: 1).color($0))[0] }
        #expect(abs(ends[0] - ends[1]) < 6)
        #expect(ColorScale.diverging(limit: 1).color(0).luminance > 0.9)
        #expect(ColorScale.sequential(0...1).color(.nan) == .lightGray)
        #expect(ColorScale.sequential(3...3).color(3) == ColorScale.sequential(0...1).color(0.5))
    }

    /// Titles and numbers of colour bars stay on the page, whatever is coloured and however wide the page is.
    @Test(arguments: ["risk", String(repeating: "a long formula of a column ", count: 5), ""])
    func colourBarsStayOnThePage(name: String) throws {
        let point = EmbeddingFigure.Point(patient: 0, modality: "m", x: 0, y: 0)
        let two = Matrix(rows: 2, columns: 1, values: [-12_345_678, 12_345_678])
        for width in [Figure.Width(rawValue: 42), .singleColumn, .doubleColumn] {
            let figures = [
                try EmbeddingFigure(
                    panels: [.init(title: "t", points: [point])],
                    coloring: .init(name: name, values: .numbers([-1_234_567, 7_654_321, .nan])), width: width
                ).figure(),
                try HeatMapFigure(
                    values: two, rowNames: [String(repeating: "row ", count: 9), "b"], columnNames: ["c"],
                    scale: .diverging(limit: 12_345_678), valueName: name, width: width
                ).figure(),
                try SlideFigure(
                    slides: [.init(name: "s", x: [0, 1], y: [0, 0], weights: [1, 2_000_000])], weightName: name,
                    width: width
                ).figure(),
            ]
            for figure in figures {
                let bar = try #require(figure.panels.last)
                for label in bar.labels {
                    let size = TextMetrics.width(label.text, size: label.size)
                    switch label.anchor {
                    case .page(let x, _): #expect(x >= 0 && x + size <= figure.width, "\(label.text)")
                    case .column(let value, _):
                        let x = bar.area.x + bar.x.fraction(value) * bar.area.width
                        #expect(x - size / 2 >= 0 && x + size / 2 <= figure.width, "\(label.text)")
                    case .row: Issue.record("\(label.text)")
                    }
                }
                for entry in figure.panels.compactMap(\.legend).flatMap(\.entries) {
                    #expect(entry.x + Legend.width(entry.entry) <= figure.width, "\(entry.entry.text)")
                }
                // The whole title is there, in lines where it is long.
                let title = bar.labels.filter { $0.size == Theme.text }.map(\.text).joined(separator: " ")
                #expect(title.trimmingCharacters(in: .whitespaces) == name.trimmingCharacters(in: .whitespaces))
            }
        }
    }

    /// A scale that leaves the outermost values out has ≤ or ≥ at that end.
    @Test func aCutScaleSaysSo() throws {
        let point = EmbeddingFigure.Point(patient: 0, modality: "m", x: 0, y: 0)
        func numbers(_ values: [Double]) throws -> [String] {
            let figure = try EmbeddingFigure(
                panels: [.init(title: "t", points: [point])], coloring: .init(name: "x", values: .numbers(values))
            ).figure()
            return try #require(figure.panels.last).labels.filter { $0.alignment == .center }.map(\.text)
        }
        let cut = try numbers([-900, 5000] + (0..<198).map(Double.init))
        #expect(cut.first == "≤ 1" && cut.last == "≥ 196" && cut.dropFirst().dropLast().allSatisfy { Int($0) != nil })
        #expect(try numbers((0..<50).map(Double.init)).allSatisfy { !$0.contains("≤") && !$0.contains("≥") })
        let slide = SlideFigure.Slide(
            name: "s", x: (0..<200).map(Double.init), y: [Double](repeating: 0, count: 200),
            weights: [Double](repeating: 1, count: 199) + [40])
        let bar = try #require(try SlideFigure(slides: [slide], weightName: "w").figure().panels.last)
        #expect(bar.labels.contains { $0.text == "≥ 1" } && !bar.labels.contains { $0.text.contains("≤") })
    }
}
