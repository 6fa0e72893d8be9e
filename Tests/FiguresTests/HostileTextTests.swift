import Foundation
import Testing

@testable import Figures

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// Names from data files reach the picture as typed, and nothing they hold is ever run.
@Suite struct HostileTextTests {
    static let names = [
        "`touch pwned1`", "'; system('touch pwned2'); '", "\"`touch pwned3`\"", "@macro $(touch pwned4)",
        "{unbalanced", "}}{ {/Symbol a}", "a_b^c & <d> &amp; ]]>", "back\\slash\\", "\\`touch pwned5`\\'",
        "x''y'", "'", "'''", "''`touch pwned8`''",
        "END_OF_DATA", "| touch pwned6", "# not a comment", "$\\alpha_1$ %d %s %n",
        "Группа риска", "高风险", "🧬 gene", "tab\tand\u{1B}[31m control", "two\nlines`touch pwned7`", "",
        " ",
        "“quotes” – ‘dash’",
    ]

    /// What a name should look like in a picture of one line.
    private static func shown(_ name: String) -> String {
        name.replacing("\u{1B}", with: "").replacing("\t", with: " ").replacing("\n", with: " ")
    }

    /// The texts of an SVG, their entities resolved.
    private static func texts(_ svg: String) -> [String] {
        svg.matches(of: /<text>(.*)<\/text>/).map {
            String($0.1).replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
                .replacing("&amp;", with: "&")
        }
    }

    @Test(arguments: names) func aNameIsDrawnAsTypedAndNeverRun(name: String) throws {
        let folder = try TemporaryFolder()
        let curve = SampleData.curve(name, patients: 20, median: 20, seed: 1)
        let point = EmbeddingFigure.Point(patient: 0, modality: name, x: 0, y: 0, group: name)
        let figures = [
            "km": try KaplanMeierFigure(
                curves: [curve, SampleData.twoGroups[0]], hazardRatio: name, timeUnit: name, survivalTitle: name,
                title: name, caption: name
            ).figure(),
            "map": try EmbeddingFigure(
                panels: [.init(title: name, points: [point])], title: name, caption: name
            ).figure(),
            "forest": try ForestFigure(terms: [
                .init(name: name, hazardRatio: 1, lower: 0.5, upper: 2, p: 0.5)
            ]).figure(),
            "comparison": try ComparisonFigure(
                models: [.init(name: name, folds: [0.5], mean: 0.5, standardDeviation: 0.1)], metric: name
            ).figure(),
            "training": try TrainingFigure(losses: [
                .init(name: name, values: [1, 2]), .init(name: "b", values: [2, 1]),
            ]).figure(),
            "incidence": try CumulativeIncidenceFigure(
                groups: SampleData.incidences(name), timeUnit: name, title: name, table: .extended
            ).figure(),
            "page": try Composition(rows: [
                [
                    try KaplanMeierFigure(curves: [curve], title: name, table: .extended).figure(),
                    try TrainingFigure(losses: [
                        .init(name: name, values: [1, 2]), .init(name: "b", values: [2, 1]),
                    ]).figure(),
                ]
            ]).figure(),
        ]
        for (kind, figure) in figures {
            let script = GnuplotScript.render(figure, output: "\(kind).svg")
            try Data(script.utf8).write(to: URL(fileURLWithPath: folder.file("\(kind).gp")))
            let run = try TemporaryFolder.gnuplot("\(kind).gp", in: folder.path)
            #expect(run.code == 0)
            #expect(run.output == "")
            let svg = String(decoding: try folder.bytes("\(kind).svg"), as: UTF8.self)
            let wanted = Self.shown(name).trimmingCharacters(in: .whitespaces)
            #expect(
                wanted.isEmpty || Self.texts(svg).contains { $0.trimmingCharacters(in: .whitespaces) == wanted },
                "\(kind): \(Self.texts(svg))")
        }
        // The words that go with an SVG, as readers of the XML hear them.
        let written = try figures["km"]?.write(to: folder.file("km"))
        let heard = String(decoding: try folder.bytes("km.svg"), as: UTF8.self)
        #expect(XMLParser(data: Data(heard.utf8)).parse(), "\(written ?? [])")
        #expect(folder.names.count == 2 * figures.count, "\(folder.names)")
        let here = FileManager.default.currentDirectoryPath
        #expect(try FileManager.default.contentsOfDirectory(atPath: here).allSatisfy { !$0.hasPrefix("pwned") })
    }

    @Test(arguments: [
        "`touch pwned`", "'; system 'touch pwned' #", "$(touch pwned)", "|touch pwned", "<touch pwned", "a b",
        "quote's \"", "back\\slash", "{x}_^", "Рисунок 图 🧬", "-d", "~root", "%d",
    ]) func aFileNameIsOnlyAName(name: String) throws {
        let folder = try TemporaryFolder()
        let figure = try KaplanMeierFigure(curves: [SampleData.twoGroups[0]]).figure()
        for place in [name, name + "/" + name] {
            let written = try figure.write(to: folder.file(place))
            let picture = try folder.bytes(place + ".svg")
            #expect(written.last == folder.file(place + ".svg"))
            try FileManager.default.removeItem(atPath: folder.file(place + ".svg"))
            let run = try TemporaryFolder.gnuplot("./" + place + ".gp", in: folder.path)
            #expect(run.output == "")
            #expect(
                DrawingTests.withoutWords(try folder.bytes(place + ".svg")) == DrawingTests.withoutWords(picture))
        }
        #expect(folder.names == [name, name + ".gp", name + ".svg"].sorted())
    }

    @Test func boldTextIsEscaped() {
        #expect(GnuplotText.enhanced("a_1{`x`}\\", style: .bold) == "{/:Bold a\\_1\\{`x`\\}\\\\}")
        #expect(GnuplotText.quoted("a'b\n'") == #"'a'."'".'b'."\n"."'""#)
    }
}
