import Cohorts
import Foundation
import Results
import Testing

private struct Recorded: Decodable {
    struct Moment: Decodable {
        var mean: Double
        var deviation: Double
    }

    var repeats: Int
    var moments: [String: Moment]

    static func load() throws -> Recorded {
        let data = try Data(contentsOf: Checkout.fixtures.appendingPathComponent("simulation.json"))
        return try JSONDecoder().decode(Recorded.self, from: data)
    }
}

@Suite struct SimulationTests {
    @Test func generatorGivesThePublishedSequence() throws {
        let data = try Data(contentsOf: Checkout.fixtures.appendingPathComponent("seeded_generator.json"))
        let recorded = try JSONDecoder().decode([String: [String]].self, from: data)
        #expect(recorded.count == 3)
        for (seed, numbers) in recorded {
            var generator = SeededGenerator(seed: try #require(UInt64(seed)))
            #expect(numbers.map { _ in String(generator.next()) } == numbers)
        }
    }

    @Test func normalDeviatesAreNormal() {
        var generator = SeededGenerator(seed: 5)
        let count = 200_000
        let drawn = (0..<count).map { _ in generator.normal() }
        let mean = drawn.reduce(0, +) / Double(count)
        let square = drawn.reduce(0) { $0 + $1 * $1 } / Double(count)
        let fourth = drawn.reduce(0) { $0 + $1 * $1 * $1 * $1 } / Double(count)
        let tail = Double(drawn.count { abs($0) > 1.959963984540054 }) / Double(count)
        // Five standard errors of each.
        #expect(abs(mean) <= 5 / Double(count).squareRoot())
        #expect(abs(square - 1) <= 5 * (2 / Double(count)).squareRoot())
        #expect(abs(fourth - 3) <= 5 * (96 / Double(count)).squareRoot())
        #expect(abs(tail - 0.05) <= 5 * (0.05 * 0.95 / Double(count)).squareRoot())
    }

    /// Means over a few seeds lie within five standard errors of those that an independent program recorded.
    @Test func momentsAgreeWithAnIndependentSimulation() throws {
        let recorded = try Recorded.load()
        let seeds: [UInt64] = [1, 2, 3]
        let drawn = try seeds.map { try moments(of: .simulated(SimulationParameters(seed: $0))) }
        for (name, moment) in recorded.moments {
            let mean = try drawn.map { try #require($0[name]) }.reduce(0, +) / Double(seeds.count)
            let error = moment.deviation * (1 / Double(seeds.count) + 1 / Double(recorded.repeats)).squareRoot()
            #expect(abs(mean - moment.mean) <= 5 * error, "\(name): \(mean), recorded \(moment.mean)")
        }
    }

    /// Expectations that can be computed: with event rate e^η, η ~ N(0, 1.71), and censoring rate 2/3, the share of
    /// events is E[e^η / (e^η + 2/3)] and the mean logarithm of time -γ - E[log(e^η + 2/3)] (by Gauss-Hermite
    /// quadrature); squares are 1 + 6 · 0.6² in informative patches, 2 in others, 1 + 6 · 0.5² · 1 in informative sets.
    @Test func momentsAgreeWithTheirExpectations() throws {
        let many = try Cohort.simulated(
            SimulationParameters(patients: 40_000, patches: 1, features: 1, sets: 5, genes: 1, seed: 8))
        #expect(abs(Double(many.outcome.eventCount) / 40_000 - 0.5756448194163444) <= 5 * 0.5 / 200)
        let logTime = many.outcome.time.reduce(0) { $0 + log($1) } / 40_000
        #expect(abs(logTime + 1.2657596860148348) <= 5 * 1.5 / 200)

        let drawn = try (1...8).map { seed in
            try moments(
                of: .simulated(
                    SimulationParameters(patients: 200, patches: 5, features: 150, sets: 5, genes: 150, seed: seed)))
        }
        for (name, expected) in [
            ("informative_patch_square", 3.16), ("background_patch_square", 2.0), ("informative_gene_square", 2.5),
            ("other_gene_square", 1.0),
        ] {
            let mean = try drawn.map { try #require($0[name]) }.reduce(0, +) / Double(drawn.count)
            #expect(isClose(mean, expected, relative: 0.08), "\(name): \(mean)")
        }
    }

    @Test func sizesNamesAndTruth() throws {
        let parameters = SimulationParameters(patients: 7, patches: 9, features: 5, sets: 10, genes: 3, seed: 3)
        let cohort = try Cohort.simulated(parameters)
        #expect(
            cohort.patients == [
                "patient01", "patient02", "patient03", "patient04", "patient05", "patient06", "patient07",
            ])
        let bags = try bags(cohort, "histology")
        #expect(bags.width == 5 && (0..<7).allSatisfy { bags.count(of: $0) == 9 })
        let table = try features(cohort, "genomics").table
        #expect(table.names.count == 30 && table.names[0] == "set01_gene01" && table.names[29] == "set10_gene03")
        let sets = try sets(cohort, "genomics")
        #expect(sets.map(\.name).last == "set10" && sets[3].features == [9, 10, 11])
        let truth = try #require(cohort.truth)
        #expect(
            truth.informative["genomics"]?.allSatisfy { $0 == [true, true] + Array(repeating: false, count: 8) } == true
        )
        #expect(truth.informative["histology"]?.allSatisfy { $0.count == 9 } == true)
        #expect(try numbers(cohort.table, "true_risk") == truth.risk)
        let z = truth.sharedFactors
        let (h, g) = (try #require(truth.ownFactors["histology"]), try #require(truth.ownFactors["genomics"]))
        for row in 0..<7 {
            let expected =
                0.5 * z[row: row].reduce(0, +) + 0.4 * h[row: row].reduce(0, +) + 0.4 * g[row: row].reduce(0, +)
            #expect(abs(truth.risk[row] - expected) <= 1e-12)
        }
        let part = cohort[[6, 2]]
        #expect(part.truth?.risk == [truth.risk[6], truth.risk[2]])
        #expect(part.truth?.sharedFactors[row: 1] == z[row: 2])
        #expect(try CohortsTests.bags(part, "histology").features(of: 0) == bags.features(of: 6))
    }

    /// Patients of one world show their factors alike: a rule from patches to factors that was fitted to one sample holds
    /// in another of the same world, and not in that of another.
    @Test func aWorldIsOnePopulation() throws {
        func sample(_ seed: UInt64, _ world: UInt64?) throws -> Cohort {
            var parameters = SimulationParameters(
                patients: 200, patches: 20, features: 12, sets: 5, genes: 2, seed: seed, world: world)
            parameters.informativeShare = 1
            return try .simulated(parameters)
        }
        /// Σ over patients of mean patch times first shared factor: what the factor looks like.
        func look(_ cohort: Cohort) throws -> [Double] {
            let bags = try bags(cohort, "histology")
            let truth = try #require(cohort.truth)
            var sums = [Double](repeating: 0, count: 12)
            for patient in 0..<200 {
                for (index, value) in try bags.features(of: patient).enumerated() {
                    sums[index % 12] += Double(value) * truth.sharedFactors[patient, 0] / 4000
                }
            }
            return sums
        }
        func distance(_ a: [Double], _ b: [Double]) -> Double {
            zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        }
        let (first, second, stranger) = (try sample(1, nil), try sample(1001, 1), try sample(1001, 2))
        #expect(first.outcome != second.outcome)
        #expect(second.truth?.sharedFactors.values.prefix(5) == stranger.truth?.sharedFactors.values.prefix(5))
        #expect(try distance(look(first), look(second)) < 0.3 * distance(look(first), look(stranger)))
        // The same seed and world give the same cohort, whether the world is named or not.
        #expect(try sample(1, 1).outcome == first.outcome)
    }

    @Test func difficultiesAreAsAskedFor() throws {
        var parameters = SimulationParameters(
            patients: 4000, patches: 4, features: 3, sets: 5, genes: 3, seed: 9)
        parameters.informativeShare = 0.5
        parameters.histologyNoise = 10
        parameters.genomicsNoise = 0.1
        parameters.missingHistology = 0.3
        parameters.missingGenomics = 0.2
        parameters.censoring = .infinity
        let cohort = try Cohort.simulated(parameters)
        #expect(cohort.outcome.eventCount == 4000)
        let (histology, genomics) = (cohort.modalities[0], cohort.modalities[1])
        // Five standard errors of a share among 4,000.
        #expect(abs(Double(histology.presentCount) / 4000 - 0.7) <= 5 * 0.46 / 63)
        #expect(abs(Double(genomics.presentCount) / 4000 - 0.8) <= 5 * 0.4 / 63)
        #expect(zip(histology.present, genomics.present).allSatisfy { $0 || $1 })
        let bags = try bags(cohort, "histology")
        let table = try features(cohort, "genomics").table
        for patient in 0..<4000 {
            #expect(bags.count(of: patient) == (histology.present[patient] ? 4 : 0))
            #expect(try numbers(table, "set01_gene01")[patient].isNaN == !genomics.present[patient])
            guard patient < 40 else { break }
        }
        // The last set carries nothing but noise.
        let noise = try numbers(table, "set05_gene03").filter { !$0.isNaN }
        let square = noise.reduce(0) { $0 + $1 * $1 } / Double(noise.count)
        #expect(isClose(square, 0.01, relative: 0.15))
        let truth = try #require(cohort.truth)
        let informative = try #require(truth.informative["histology"]).joined()
        #expect(abs(Double(informative.count { $0 }) / 16_000 - 0.5) <= 5 * 0.5 / 126)
        #expect(try numbers(cohort.table, "shared2")[7] == truth.sharedFactors[7, 1])
        #expect(try numbers(cohort.table, "genomics3")[7] == truth.ownFactors["genomics"]?[7, 2])
        parameters.missingGenomics = 0.8
        expectMessage("0.3 of the patients without histology and 0.8 without genomics are more than all") {
            _ = try Cohort.simulated(parameters)
        }
    }

    @Test func theSeedDecides() throws {
        func drawn(_ seed: UInt64) throws -> Cohort {
            try Cohort.simulated(
                SimulationParameters(patients: 20, patches: 6, features: 4, sets: 5, genes: 2, seed: seed))
        }
        let (a, b, c) = (try drawn(1), try drawn(1), try drawn(2))
        #expect(a.outcome == b.outcome && a.truth == b.truth)
        #expect(try bags(a, "histology").features(of: 19) == bags(b, "histology").features(of: 19))
        #expect(try features(a, "genomics") == features(b, "genomics"))
        #expect(a.outcome != c.outcome)
        expectMessage("patients=1: at least 2 are needed") {
            _ = try Cohort.simulated(SimulationParameters(patients: 1))
        }
        expectMessage("sets=4") { _ = try Cohort.simulated(SimulationParameters(sets: 4)) }
    }

    /// What no memory holds is refused before it is tried, and a folder for patches, which need not fit, is offered.
    @Test func whatDoesNotFitIntoMemoryIsRefused() throws {
        let many = SimulationParameters(patients: 1_000_000, patches: 100_000, features: 1000, sets: 5, genes: 1)
        let error = try #require(throws: SimulationError.self) { try Cohort.simulated(many) }
        #expect(error.localizedDescription.hasPrefix("the values would take 400000 GB, and this machine has "))
        #expect(error.recoverySuggestion?.contains("folder=") == true)
        let genes = SimulationParameters(patients: 10_000_000, patches: 1, features: 1, sets: 100_000, genes: 100)
        #expect(throws: SimulationError.self) { try Cohort.simulated(genes, folder: "nowhere") }
        // One patient more than fit: 1000 to 3000 patches of 1000 floats, five genes in double precision.
        let each = 2000.0 * 1000 * 4 + 5 * 8
        let memory = Double(ProcessInfo.processInfo.physicalMemory)
        var next = SimulationParameters(
            patients: Int(memory / each) + 1, patches: 1000, features: 1000, sets: 5, genes: 1)
        next.mostPatches = 3000
        #expect(throws: SimulationError.self) { try Cohort.simulated(next) }
    }

    @Test func whatObserveThrowsEndsTheWork() {
        struct Enough: Error {}
        var shares: [Double] = []
        #expect(throws: Enough.self) {
            try Cohort.simulated(SimulationParameters(patients: 10, patches: 2)) {
                shares.append($0)
                if $0 >= 0.3 { throw Enough() }
            }
        }
        #expect(shares == [0, 0.1, 0.2, 0.3])
    }

    private func moments(of cohort: Cohort) throws -> [String: Double] {
        let truth = try #require(cohort.truth)
        let bags = try bags(cohort, "histology")
        let informative = try #require(truth.informative["histology"])
        let table = try features(cohort, "genomics").table
        var (signal, background) = (Mean(), Mean())
        var own = Mean()
        for patient in 0..<cohort.patientCount {
            let values = try bags.features(of: patient)
            var sums = [Double](repeating: 0, count: bags.width)
            for (patch, isInformative) in informative[patient].enumerated() {
                for column in 0..<bags.width {
                    let value = Double(values[patch * bags.width + column])
                    if isInformative {
                        signal.add(value * value)
                        sums[column] += value
                    } else {
                        background.add(value * value)
                    }
                }
            }
            let count = Double(max(1, informative[patient].count { $0 }))
            for sum in sums { own.add(sum / count * (sum / count)) }
        }
        var genes = (informative: Mean(), other: Mean())
        for (index, name) in table.names.enumerated() {
            for value in try numbers(table, name) {
                if index < table.names.count / 5 {
                    genes.informative.add(value * value)
                } else {
                    genes.other.add(value * value)
                }
            }
        }
        var (risk, square, logTime) = (Mean(), Mean(), Mean())
        for value in truth.risk {
            risk.add(value)
            square.add(value * value)
        }
        for time in cohort.outcome.time { logTime.add(log(time)) }
        var share = Mean()
        for patches in informative { for isInformative in patches { share.add(isInformative ? 1 : 0) } }
        return [
            "event_share": Double(cohort.outcome.eventCount) / Double(cohort.patientCount),
            "concordance": concordance(cohort.outcome, truth.risk), "mean_log_time": logTime.value,
            "risk_variance": square.value - risk.value * risk.value, "informative_share": share.value,
            "informative_patch_square": signal.value, "background_patch_square": background.value,
            "informative_gene_square": genes.informative.value, "other_gene_square": genes.other.value,
            "patient_mean_square": own.value,
        ]
    }

    private struct Mean {
        var sum = 0.0
        var count = 0.0
        var value: Double { sum / count }
        mutating func add(_ term: Double) {
            sum += term
            count += 1
        }
    }

    private func concordance(_ outcome: Outcome, _ risk: [Double]) -> Double {
        var (right, pairs) = (0.0, 0.0)
        for i in risk.indices where outcome.event[i] {
            for j in risk.indices where outcome.time[i] < outcome.time[j] {
                pairs += 1
                right += risk[i] > risk[j] ? 1 : risk[i] == risk[j] ? 0.5 : 0
            }
        }
        return right / pairs
    }
}
