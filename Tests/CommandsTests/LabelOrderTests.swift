import Foundation
import Testing

@testable import Results

/// Levels, strata, causes and groups have one order, whatever the order in which they are found.
@Suite struct LabelOrderTests {
    private let bench: Bench

    init() throws {
        bench = try Bench()
        let centres = ["2", "10", "1a", "01", "1"]
        let rows = (1...60).map { row in
            let centre = centres[row % 5]
            return "p\(row),\(row),\(row % 3 == 0 ? 0 : 1),\(row * 7 % 11),\(centre)"
        }
        try bench.write("c.csv", "id,time,event,x,centre\n" + rows.joined(separator: "\n"))
        try bench.run("c = cohort \"@/c.csv\" time=time event=event id=id")
    }

    /// R's sort() of numbers and, in the C locale, of labels; equal numbers follow their characters.
    @Test func numbersOrCharacters() {
        #expect(["10", "2", "1"].inLabelOrder() == ["1", "2", "10"])
        #expect(["10", "2", "1a"].inLabelOrder() == ["10", "1a", "2"])
        #expect(["1", "01", "1.0", "0"].inLabelOrder() == ["0", "01", "1", "1.0"])
        #expect(["nan", "2", "10"].inLabelOrder() == ["10", "2", "nan"])
    }

    /// "01" and "1" are one number and two levels; "1a" makes labels of all.
    @Test func everyWordHasThem() throws {
        let terms = try bench.answer("cox c ~ x + factor((\"01\" if x > 3 else \"1\"))")["terms"].items
        #expect(terms.map { $0["term"].text?.last } == ["x", "1"])
        #expect(terms[1]["term"].text?.hasSuffix(")1") == true)
        let strata = try bench.answer("baseline (cox c ~ x + strata(centre))")["strata"].items.map { $0["name"].text }
        #expect(strata == ["01", "1", "10", "1a", "2"])
        let incidence = try bench.answer("cumulativeincidence c cause=centre")["groups"][0]
        let causes = incidence["causes"].items.map { $0["cause"].text }
        #expect(causes == ["01", "1", "10", "1a", "2"])
        let curves = try bench.answer("km c by=centre")["groups"].items.map { $0["name"].text }
        #expect(curves == ["01", "1", "10", "1a", "2"])
    }
}
