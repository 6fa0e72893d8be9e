import Foundation
import Testing

@testable import Figures

/// What gnuplot makes of the scripts.
@Suite struct DrawingTests {
    /// One figure of each kind.
    private static func figures() throws -> [(String, Figure)] {
        let map = SampleData.map(patients: 60)
        guard case .labels(let groups)? = map.covariates["risk group"] else { return [] }
        return [
            ("km", try KaplanMeierFigure(curves: SampleData.twoGroups, logRankP: 0.01, timeUnit: "months").figure()),
            (
                "one", try KaplanMeierFigure(curves: [SampleData.curve(nil, time: [5], event: [true])]).figure()
            ),
            (
                "flat",
                try KaplanMeierFigure(curves: [SampleData.curve("a", time: [0, 0], event: [false, false])]).figure()
            ),
            ("map", try EmbeddingFigure(map, groups: groups, joinsPatients: true, title: "A map").figure()),
            (
                "point",
                try EmbeddingFigure(panels: [
                    .init(title: "alone", points: [.init(patient: 0, modality: "m", x: 1, y: 1)])
                ]).figure()
            ),
            (
                "forest",
                try ForestFigure(terms: [
                    .init(name: "age", hazardRatio: 1.2, lower: 0.9, upper: .infinity, p: 0.2),
                    .init(name: "stage", hazardRatio: 3, lower: 0.001, upper: 400, p: 1e-6),
                ]).figure()
            ),
            (
                "comparison",
                try ComparisonFigure(models: [
                    .init(name: "one fold", folds: [0.6, .nan], mean: 0.6, standardDeviation: .nan)
                ]).figure()
            ),
            ("training", try TrainingFigure(losses: [.init(name: "total", values: [3, .nan, 1, 1])]).figure()),
            ("constant", try TrainingFigure(losses: [.init(name: "total", values: [0])]).figure()),
        ]
    }

    @Test(arguments: Figure.Format.allCases) func everyFigureIsDrawnAndRedrawnByItself(format: Figure.Format) throws {
        let folder = try TemporaryFolder()
        for (name, figure) in try Self.figures() {
            let written = try figure.write(to: folder.file("deep/er/\(name)"), format: format)
            #expect(written == ["gp", format.rawValue].map { folder.file("deep/er/\(name).\($0)") })
            let picture = try folder.bytes("deep/er/\(name).\(format.rawValue)")
            switch format {
            case .svg: #expect(String(decoding: picture, as: UTF8.self).hasSuffix("</svg>\n\n"))
            case .pdf: #expect(picture.starts(with: Data("%PDF-".utf8)))
            case .png: #expect(picture.starts(with: [0x89, 0x50, 0x4E, 0x47]))
            }

            // By hand, from elsewhere: the picture comes back where it was, and gnuplot has nothing to say.
            try FileManager.default.removeItem(atPath: written[1])
            let run = try TemporaryFolder.gnuplot("deep/er/\(name).gp", in: folder.path)
            #expect(run.code == 0)
            #expect(run.output == "", "\(name).\(format)")
            let again = try folder.bytes("deep/er/\(name).\(format.rawValue)")
            switch format {
            // A PDF holds the time at which it was made.
            case .pdf: #expect(again.count > 1000)
            case .png: #expect(again == picture)
            case .svg: #expect(Self.withoutWords(again) == Self.withoutWords(picture))
            }
        }
        #expect(folder.names == ["deep"])
    }

    /// An SVG without its title and description, which gnuplot by itself does not know.
    static func withoutWords(_ picture: Data) -> String {
        String(decoding: picture, as: UTF8.self)
            .replacing(/<title>(?:.|\n)*?<\/desc>/.repetitionBehavior(.reluctant), with: "", maxReplacements: 1)
    }

    @Test func theSameFigureGivesTheSameBytes() throws {
        let folder = try TemporaryFolder()
        for (name, figure) in try Self.figures() {
            try figure.write(to: folder.file("a/\(name).svg"))
            try figure.write(to: folder.file("b/\(name).gp"))
            for kind in ["gp", "svg"] {
                #expect(try folder.bytes("a/\(name).\(kind)") == folder.bytes("b/\(name).\(kind)"))
            }
        }
    }

    @Test func aPageHasItsSizeInPrint() throws {
        let folder = try TemporaryFolder()
        let figure = try KaplanMeierFigure(curves: SampleData.twoGroups).figure()
        #expect(figure.width == 89)
        try figure.write(to: folder.file("x"), format: .png)
        let header = Array(try folder.bytes("x.png")[16..<24])
        let width = header[0..<4].reduce(0) { $0 << 8 | Int($1) }
        let height = header[4..<8].reduce(0) { $0 << 8 | Int($1) }
        #expect(abs(Double(width) / 300 * 25.4 - figure.width) < 0.1)
        #expect(abs(Double(height) / 300 * 25.4 - figure.height) < 0.1)
        try figure.write(to: folder.file("x"), format: .svg)
        let svg = String(decoding: try folder.bytes("x.svg"), as: UTF8.self)
        let found = try #require(svg.firstMatch(of: /width="(\d+)" height="(\d+)"/))
        #expect(abs((Double(found.1) ?? 0) / 96 * 25.4 - figure.width) < 0.2)
        // 7 points are 9.33 pixels of 1/96 inch.
        #expect(svg.contains(#"font-size="9.33""#))
    }

    @Test func aMissingGnuplotIsNamedAndTheScriptWritten() throws {
        let folder = try TemporaryFolder()
        let figure = try KaplanMeierFigure(curves: SampleData.twoGroups).figure()
        let error = #expect(throws: FigureError.self) {
            try figure.write(to: folder.file("x"), format: .svg, program: "no-such-gnuplot")
        }
        #expect(error == .gnuplotMissing(program: "no-such-gnuplot", script: folder.file("x.gp")))
        #expect(error?.recoverySuggestion?.contains("apt-get install gnuplot-nox") == true)
        #expect(folder.names == ["x.gp"])
    }

    /// A program in place of gnuplot: the real one, told something else by the script's own words.
    private func standIn(_ folder: TemporaryFolder, replacing word: String, with other: String) throws -> String {
        let path = folder.file("gnuplot-\(UUID().uuidString)")
        // Written by another process: a program that this one still has open, if only in a child that is about to begin,
        // cannot be run.
        let writer = try Process.run(
            URL(fileURLWithPath: "/bin/sh"),
            arguments: [
                "-c", #"printf '#!/bin/sh\nsed "s/%s/%s/g" | gnuplot -d -\n' "$1" "$2" > "$3" && chmod 755 "$3""#, "sh",
                word,
                other, path,
            ])
        writer.waitUntilExit()
        try #require(writer.terminationStatus == 0)
        return path
    }

    @Test func anOldGnuplotIsNamedAndTheScriptWritten() throws {
        let folder = try TemporaryFolder()
        let figure = try KaplanMeierFigure(curves: SampleData.twoGroups).figure()
        let old = try standIn(folder, replacing: "GPVAL_VERSION", with: "4.6")
        let error = #expect(throws: FigureError.self) {
            try figure.write(to: folder.file("x"), format: .svg, program: old)
        }
        #expect(error == .gnuplotTooOld(version: "4.6", script: folder.file("x.gp")))
        #expect(
            error?.errorDescription
                == "gnuplot 4.6 is too old to draw this; 5.0 or later can; the script is \(folder.file("x.gp"))")
        #expect(error?.recoverySuggestion?.contains("apt-get install gnuplot-nox") == true)
        #expect(folder.names.contains("x.gp") && !folder.names.contains("x.svg"))
    }

    @Test func aGnuplotWithoutCairoIsNamed() throws {
        let folder = try TemporaryFolder()
        let figure = try KaplanMeierFigure(curves: SampleData.twoGroups).figure()
        let small = try standIn(folder, replacing: "terminal pdfcairo", with: "terminal nocairo")
        let error = #expect(throws: FigureError.self) {
            try figure.write(to: folder.file("x"), format: .pdf, program: small)
        }
        #expect(error == .gnuplotLacksTerminal(script: folder.file("x.gp")))
        #expect(error?.recoverySuggestion?.contains("format=svg") == true)
        _ = try figure.write(to: folder.file("x"), format: .svg, program: small)
    }

    /// As on a full disk: what gnuplot writes is cut or empty, and its status is 0 all the same.
    @Test(arguments: Figure.Format.allCases) func aPictureThatIsNotWholeIsAnError(format: Figure.Format) throws {
        let folder = try TemporaryFolder()
        let figure = try KaplanMeierFigure(curves: SampleData.twoGroups).figure()
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("x.\(format.rawValue)"), withDestinationPath: "/dev/full")
        let error = #expect(throws: FigureError.self) { try figure.write(to: folder.file("x"), format: format) }
        #expect(error?.errorDescription?.contains("no whole picture was written; is the disk full?") == true)
    }

    @Test func whatGnuplotComplainsAboutReachesTheUser() throws {
        let error = #expect(throws: FigureError.self) { try GnuplotProcess.run("plot nonsense(\n") }
        guard case .gnuplotFailed(let message, nil)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(message.contains("line 0:") && message.contains("plot nonsense("), "\(message)")
    }

    @Test func aProgramThatStopsReadingDoesNotKillThisOne() throws {
        let long = String(repeating: "# a line of a long script\n", count: 100_000)
        #expect(throws: FigureError.self) { try GnuplotProcess.run(long, program: "false") }
        // An error in the first line of a long script: gnuplot is gone while we still write, and says why.
        let error = #expect(throws: FigureError.self) { try GnuplotProcess.run("set nonsense\n" + long) }
        #expect(error?.errorDescription?.contains("line 0: unrecognized option") == true, "\(error as Any)")
    }

    @Test func unwritableAndImpossiblePathsAreErrors() throws {
        let folder = try TemporaryFolder()
        try Data().write(to: URL(fileURLWithPath: folder.file("file")))
        let figure = try KaplanMeierFigure(curves: SampleData.twoGroups).figure()
        let error = #expect(throws: FigureError.self) { try figure.write(to: folder.file("file/x")) }
        #expect(error?.errorDescription?.contains(folder.file("file/x.gp")) == true)
        for path in ["", "x/", "a\nb", "..", "x\u{0}y", "/"] {
            #expect(throws: FigureError.unusablePath(path)) { try figure.write(to: path) }
        }
    }

    @Test func charactersWithoutAFontDoNotSpoilThePicture() throws {
        // A private-use character that no font can have a meaning for, and ordinary letters.
        let rare: UnicodeScalar = "\u{10F8F3}"
        #expect(FontCoverage.uncovered(["a", rare]) == [rare])
        let folder = try TemporaryFolder()
        let curve = SampleData.curve("a \(rare) group", patients: 9, median: 20, seed: 1)
        let figure = try KaplanMeierFigure(curves: [curve]).figure()
        for format in Figure.Format.allCases {
            try figure.write(to: folder.file("x"), format: format)
            let script = String(decoding: try folder.bytes("x.gp"), as: UTF8.self)
            #expect(script.contains("'a \(rare) group'") == (format == .svg))
            #expect(script.contains("U+10F8F3") == (format != .svg))
        }
    }
}
