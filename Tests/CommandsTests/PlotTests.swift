import Foundation
import Testing

@Suite struct PlotTests {
    private let bench: Bench

    init() throws {
        bench = try Bench()
        try bench.run("women = cohort \"Scripts/data/transbig_clinical.csv\" time=time event=event")
    }

    /// The curves in the script are those of `km`: every step, and the band beside it.
    @Test func curvesInTheScriptAreThoseOfTheEstimate() throws {
        let groups = try bench.answer("km women by=er")["groups"].items
        try bench.run("plot (km women by=er) file=\"@/deep/er\"")
        #expect(bench.told == ["note: wrote @/deep/er.gp and @/deep/er.svg"])
        #expect(try bench.read("deep/er.svg").contains("<svg"))
        let blocks = blocks(of: try bench.read("deep/er.gp"))
        let steps = blocks.filter { $0.key.hasPrefix("steps_") }.sorted { $0.key < $1.key }.map(\.value)
        let bands = blocks.filter { $0.key.hasPrefix("band_") }.sorted { $0.key < $1.key }.map(\.value)
        #expect(groups.count == 2 && steps.count == 2 && bands.count == 2)
        for (group, (step, band)) in zip(groups, zip(steps, bands)) {
            let (time, survival) = (try group["time"].numbers(), try group["survival"].numbers())
            let lower = try group["lower"].items.map { $0.isNull ? Double.nan : try $0.number() }
            for index in time.indices {
                let isDrawn = step.contains([time[index], survival[index]])
                #expect(isDrawn, "no step at \(time[index])")
                let isBanded = lower[index].isNaN || band.contains { $0[0] == time[index] && $0[1] == lower[index] }
                #expect(isBanded, "no band at \(time[index])")
            }
            let known = Set(survival).union([1])
            let strange = step.filter { !known.contains($0[1]) }
            #expect(strange.isEmpty, "steps that are not in the estimate")
        }
    }

    /// The numbers of each named block, row by row.
    private func blocks(of script: String) -> [String: [[Double]]] {
        var blocks: [String: [[Double]]] = [:]
        var name: String?
        for line in script.split(separator: "\n") {
            if line.hasPrefix("$"), let end = line.range(of: " << END_OF_DATA") {
                name = String(line[line.index(after: line.startIndex)..<end.lowerBound])
            } else if line == "END_OF_DATA" {
                name = nil
            } else if let name, !line.hasPrefix("#") {
                blocks[name, default: []].append(line.split(separator: " ").compactMap { Double($0) })
            }
        }
        return blocks
    }

    @Test func withoutAFileTheFigureIsText() throws {
        let drawn = try bench.shown("plot (km women by=er)")
        #expect(drawn.contains("positive") && drawn.split(separator: "\n").count > 15)
        #expect(bench.told.isEmpty)
    }

    @Test(arguments: ["svg", "pdf", "png"]) func formats(_ format: String) throws {
        try bench.run("plot (cox women ~ age + size) file=\"@/a\" format=\(format)")
        try bench.run("plot (km women) file=\"@/b.\(format)\"")
        #expect(bench.told == ["a", "b"].map { "note: wrote @/\($0).gp and @/\($0).\(format)" })
        for name in ["a", "b"] {
            let data = try Data(contentsOf: URL(fileURLWithPath: bench.path("\(name).\(format)")))
            #expect(data.count > 1000)
        }
    }

    /// Numbers that name groups stand beside the column's name, where no heading has it.
    @Test func numberedGroupsAreNamedInFigures() throws {
        let bench = try Bench()
        let rows = (1...12).map { "P\($0),\($0),\($0 % 2),\($0 % 3 + 1),\($0 * 7 % 5)\n" }.joined()
        try bench.write("a.csv", "id,time,event,grade,x\n" + rows)
        try bench.run("a = cohort \"@/a.csv\" time=time event=event")
        for (index, drawn) in ["km a by=grade", "scatter a x time by=grade", "histogram a x by=grade"].enumerated() {
            try bench.run("plot (\(drawn)) file=\"@/p\(index)\"")
            let script = try bench.read("p\(index).gp")
            for grade in 1...3 { #expect(script.contains("grade \(grade)"), "\(drawn)") }
        }
        #expect(try bench.shown("km a by=grade").split(separator: "\n")[2].hasPrefix("1 "))
        // A formula names nothing shorter than itself.
        try bench.run("plot (km a by=(grade * 2)) file=\"@/q\"")
        #expect(try !bench.read("q.gp").contains("grade * 2"))
    }
}
