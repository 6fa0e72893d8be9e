import Foundation
import Testing

@testable import Figures

/// Figures look as they did when somebody looked at them and found them good.
///
/// `TTA_APPROVE=1` writes the pictures anew; look at each before they are committed.
@Suite(.enabled(if: Picture.canBeDrawn, "gnuplot with its pngcairo terminal is needed (Debian: gnuplot-nox)"))
struct ApprovedPictureTests {
    private static let folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Fixtures/figures/approved")

    /// Fewer cells than the smallest label covers.
    private static let mostDifferent = 5

    /// A script for half the resolution of print, so that the approved pictures are small.
    private static func halved(_ script: String) -> String {
        script.replacing(#/set terminal pngcairo size (\d+),(\d+)/#) { match in
            "set terminal pngcairo size \((Int(match.1) ?? 0) / 2),\((Int(match.2) ?? 0) / 2)"
        }.replacing("fontscale 3.07 linewidth 3.9 ", with: "fontscale 1.535 linewidth 1.95 ")
            .replacing("point = 0.683 ", with: "point = 0.3415 ").replacing("pointed = 0.83 ", with: "pointed = 0.415 ")
    }

    private static func picture(_ figure: Figure, change: (String) -> String = { $0 }) throws -> Data {
        let folder = try TemporaryFolder()
        let script = change(halved(GnuplotScript.render(figure, format: .png, output: folder.file("x.png"))))
        try Data(script.utf8).write(to: URL(fileURLWithPath: folder.file("x.gp")))
        let run = try TemporaryFolder.gnuplot("x.gp", in: folder.path)
        #expect(run.code == 0 && run.output == "", "\(run.output)")
        return try folder.bytes("x.png")
    }

    private static func differences(_ figure: Figure, _ data: Data, _ name: String) throws -> [(x: Double, y: Double)] {
        let approved = try Data(contentsOf: folder.appendingPathComponent("\(name).png"))
        return Picture.differences(
            try Picture(png: approved), try Picture(png: data), width: figure.width, height: figure.height)
    }

    @Test(arguments: SampleFigures.all.map(\.name)) func looksAsApproved(name: String) throws {
        let sample = try #require(SampleFigures.all.first { $0.name == name })
        let figure = try sample.figure()
        let drawn = try Self.picture(figure)
        if ProcessInfo.processInfo.environment["TTA_APPROVE"] == "1" {
            try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
            try drawn.write(to: Self.folder.appendingPathComponent("\(name).png"))
        }
        let found = try Self.differences(figure, drawn, name)
        #expect(
            found.count <= Self.mostDifferent,
            "differs at \(found.prefix(9)) mm from the upper left, \(found.count) in all")
        let size = try Data(contentsOf: Self.folder.appendingPathComponent("\(name).png")).count
        #expect(size < 61_440, "\(name).png has \(size) bytes")
    }

    /// Letters a little larger or smaller, and another font of Helvetica's widths where it is installed: else its place
    /// would be taken by whatever there is.
    @Test(arguments: ["fontscale 1.50", "fontscale 1.57"] + (Picture.isInstalled("FreeSans") ? ["FreeSans"] : []))
    func otherBuildsOfGnuplotPass(setting: String) throws {
        for (name, figure) in SampleFigures.all {
            let figure = try figure()
            let drawn = try Self.picture(figure) {
                setting == "FreeSans"
                    ? $0.replacing("font 'Arial", with: "font 'FreeSans")
                    : $0.replacing("fontscale 1.535", with: setting)
            }
            let found = try Self.differences(figure, drawn, name)
            #expect(found.count <= Self.mostDifferent, "\(name) differs in \(found.count) places: \(found.prefix(9))")
        }
    }

    /// What has to be noticed: a label gone, a colour for another, a curve elsewhere.
    @Test func faultsAreNoticed() throws {
        for (name, make) in SampleFigures.all {
            let figure = try make()
            var lost = figure
            // The smallest text of three letters and more.
            let lines = GnuplotScript.render(figure, format: .png, output: "x.png").split(separator: "\n")
            let labels = lines.filter { $0.contains("set label") && $0.firstMatch(of: /'[^']{3,}' at/) != nil }
            let shortest = try #require(labels.min { $0.count < $1.count })
            let without = try Self.picture(figure) { $0.replacing(String(shortest) + "\n", with: "") }
            #expect(
                try Self.differences(figure, without, name).count > Self.mostDifferent, "\(name) without \(shortest)")
            for panel in lost.panels.indices {
                for series in lost.panels[panel].series.indices {
                    lost.panels[panel].series[series].pointColors = figure.panels[panel].series[series].pointColors?
                        .map { Color($0.blue, $0.red, $0.green) }
                    let color = lost.panels[panel].series[series].color
                    lost.panels[panel].series[series].color = Color(color.blue, color.red, color.green)
                }
            }
            let recoloured = try Self.picture(lost)
            #expect(
                try Self.differences(figure, recoloured, name).count > Self.mostDifferent, "\(name) in other colours")
        }
        // A curve two millimetres too high.
        let figure = try SampleFigures.withheld()
        var moved = figure
        let range = figure.panels[0].y.range
        let step = 2 / figure.panels[0].area.height * (range.upperBound - range.lowerBound)
        let curve = try #require(figure.panels[0].series.firstIndex { $0.name == "C-index" })
        moved.panels[0].series[curve].columns[1] = figure.panels[0].series[curve].columns[1].map { $0 + step }
        #expect(try Self.differences(figure, try Self.picture(moved), "withheld").count > Self.mostDifferent)
    }
}
