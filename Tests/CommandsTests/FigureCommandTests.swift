import Foundation
import Testing

/// Pages of panels, counts under the axis, looks.
@Suite struct FigureCommandTests {
    private let bench: Bench

    init() throws {
        bench = try Bench()
        try bench.run("women = cohort \"Scripts/data/transbig_clinical.csv\" time=(time / 365.25) event=event")
    }

    /// The numbers under the axis, the table and the saved file are the same, and they are those of the patients.
    @Test func countsAreTheSameDrawnShownAndSaved() throws {
        try bench.run("curves = km women by=er")
        let counts = try bench.answer("atrisk curves unit=\"years\" horizon=15")["counts"].items
        try bench.run("plot curves file=\"@/er\" unit=\"years\" horizon=15 table=extended")
        try bench.run("save (atrisk curves unit=\"years\" horizon=15) \"@/counts.csv\"")
        let script = try bench.read("er.gp")
        let numbers = script.matches(of: #/set label \d+ '(\d+)' at first ([\d.]+), screen ([\d.]+) /#)
            .map { (text: String($0.1), x: Double($0.2) ?? .nan, y: Double($0.3) ?? .nan) }
        let heights = Set(numbers.map(\.y)).sorted(by: >)
        // The ticks' own labels, then three lines for each of two groups.
        #expect(heights.count == 7)
        for (line, key) in ["at_risk", "censored", "events", "at_risk", "censored", "events"].enumerated() {
            let drawn = numbers.filter { $0.y == heights[line + 1] }.sorted { $0.x < $1.x }
            let group = line < 3 ? "negative" : "positive"
            let wanted = counts.filter { $0["group"].text == group }
            #expect(try drawn.map(\.x) == wanted.map { try $0["time"].number() })
            #expect(try drawn.map { Double($0.text) } == wanted.map { try $0[key].number() })
        }
        // Against the file, patient by patient.
        let lines = try String(contentsOfFile: "Scripts/data/transbig_clinical.csv", encoding: .utf8)
            .split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
        let (time, event, er) = (
            try #require(lines[0].firstIndex(of: "time")), try #require(lines[0].firstIndex(of: "event")),
            try #require(lines[0].firstIndex(of: "er"))
        )
        for row in counts {
            let (group, moment) = (row["group"].text, try row["time"].number())
            let own = lines.dropFirst().filter { $0[er] == group }
            let before = own.filter { (Double($0[time]) ?? .nan) / 365.25 < moment }
            #expect(try row["at_risk"].number() == Double(own.count - before.count))
            #expect(try row["events"].number() == Double(before.filter { $0[event] == "1" }.count))
            #expect(try row["censored"].number() == Double(before.filter { $0[event] == "0" }.count))
        }
        let saved = try bench.read("counts.csv").split(separator: "\n")
        #expect(saved[0] == "group,time,at_risk,censored,events" && saved.count == counts.count + 1)
    }

    @Test func incidencesCountEveryCause() throws {
        try bench.run("both = cumulativeincidence women cause=(\"early\" if time < 5 else \"late\") by=er")
        let rows = try bench.answer("atrisk both times=[0, 5, 10]")["counts"].items
        #expect(rows.count == 2 * 2 * 3)
        let patients = ["negative": 64.0, "positive": 134]
        for row in rows {
            let parts = try ["at_risk", "censored", "events", "other_events"].map { try row[$0].number() }
            #expect(parts.reduce(0, +) == patients[row["group"].text ?? ""])
        }
        try bench.run("one = cumulativeincidence women cause=(\"early\" if time < 5 else \"late\") of=\"late\"")
        try bench.run("plot one file=\"@/one\" table=extended")
        #expect(try bench.read("one.gp").contains("'other events'"))
    }

    @Test func aPageHasAllDataInOneScript() throws {
        try bench.run(
            """
            page = figure [(km women by=er), (panel (km women) title="All" table=none), (cox women ~ age + size)]
            plot page file="@/page" unit="years"
            """)
        let script = try bench.read("page.gp")
        #expect(script.matches(of: /\n\$steps_(\d)_\d+ <</).map { String($0.1) } == ["1", "1", "2"])
        #expect(script.contains("\n$points_3_"))
        for letter in ["a", "b", "c"] { #expect(script.contains("'{/:Bold \(letter)}'")) }
        #expect(try bench.read("page.svg").contains("<desc>a: Survival probability"))
        #expect(try bench.shown("page").contains("3 panels"))
    }

    @Test(arguments: [
        ("figure [1, 2]", "number cannot be drawn"),
        ("figure []", "a figure needs a list of what plot draws"),
        ("figure [[(km women)], (km women)]", "in a list of rows, each row is a list of panels"),
        ("figure [[(km women)]] columns=2", "a list of rows says by itself how many panels stand in each"),
        ("figure [(figure [(km women)])]", "a page cannot be a panel of another"),
        ("plot (km women) horizon=0", "a time axis ends at a time above 0, not at 0"),
        (
            "plot (cox women ~ age) table=extended",
            "table= is for curves of km, aft, curves and cumulativeincidence"
        ),
        ("panel (cox women ~ age) unit=\"years\"", "unit= is for curves over time"),
        ("atrisk (km women) times=[1, 2] unit=\"years\"", "unit= chooses times, and times= gives them"),
        ("atrisk (km women) times=[2, 1]", "times= takes increasing times, from 0 on"),
    ])
    func badInput(text: String, message: String) throws {
        #expect(try bench.failure(of: text)?.message == message)
    }

    @Test func aModelIsDrawnOnTheWholeScaleOfSurvival() throws {
        try bench.run("plot (aft women ~ age + er) file=\"@/aft\" unit=\"years\"")
        let script = try bench.read("aft.gp")
        #expect(script.contains("set yrange [0:1.02]"))
        #expect(script.contains("# Weibull model"))
    }

    @Test func theThemeOfTheSessionHoldsUnlessAFigureSaysOtherwise() throws {
        try bench.run("settings theme=dark\nplot (km women) file=\"@/a\"\nplot (km women) file=\"@/b\" theme=paper")
        #expect(try bench.read("a.gp").contains("background rgb '#121212'"))
        #expect(try bench.read("b.gp").contains("background rgb '#FFFFFF'"))
        #expect(try bench.answer("settings")["theme"].text == "dark")
    }

    /// Commands planted in a column's name, in a group's value and in the name of the file.
    @Test func nothingThatIsPlantedRuns() throws {
        let planted = ["\"`touch pwned1`\"", "\"x'; system('touch pwned2') #\""]
        let rows = (1...12).map { "p\($0),\($0),\($0 % 2),\(planted[$0 % 2])" }
        try bench.write("in.csv", "id,time,event,$(touch pwned0) @x {'\n" + rows.joined(separator: "\n") + "\n")
        try bench.run(
            """
            planted = cohort "@/in.csv" id=id time=time event=event
            plot (km planted by=`$(touch pwned0) @x {'`) file='@/`touch pwned3`' table=extended title='`touch pwned4`'
            """)
        let names = try FileManager.default.contentsOfDirectory(atPath: bench.path("")).sorted()
        #expect(names.contains("`touch pwned3`.gp") && names.contains("`touch pwned3`.svg"))
        let run = Process()
        run.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        run.arguments = ["gnuplot", "`touch pwned3`.gp"]
        run.currentDirectoryURL = URL(fileURLWithPath: bench.path(""))
        try run.run()
        run.waitUntilExit()
        #expect(run.terminationStatus == 0)
        for place in [".", bench.path("")] {
            let found = try FileManager.default.contentsOfDirectory(atPath: place).filter { $0.hasPrefix("pwned") }
            #expect(found == [])
        }
    }
}
