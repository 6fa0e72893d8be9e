import Foundation
import Results

/// A simulation was asked for in an impossible size.
public enum SimulationError: LocalizedError, Equatable {
    case tooFew(String, Int, least: Int)

    public var errorDescription: String? {
        switch self {
        case .tooFew(let name, let value, let least): "\(name)=\(value): at least \(least) are needed"
        }
    }
}

extension Cohort {
    /// A cohort with known truth: modalities "histology" (patches) and "genomics" (gene sets).
    ///
    /// Patient *i* has three shared factors z, three of histology u_h and three of genomics u_g, all standard normal.
    ///
    /// - A patch is informative with probability 0.15: (z, u_h) W_h + noise. The others lie around one of six
    ///   background clusters, alike for all patients. W_h (6 × features) has entries N(0, 0.6²), noise and clusters
    ///   N(0, 1).
    /// - A gene set is noise; the first fifth of the sets carry (z, u_g) W_g times a gene's loading in addition. W_g
    ///   (6 × genes) has entries N(0, 0.5²), loadings |N(0, 1)|.
    /// - The log-hazard is η = 0.5 Σz + 0.4 Σu_h + 0.4 Σu_g; the event comes at Exp(e^η), censoring at 1.5 · Exp(1).
    ///
    /// The column `true_risk` is η, so that its C-index is the best there can be. The same parameters give the same
    /// cohort.
    ///
    /// - Throws: `SimulationError` when a size is below 1 (patients: 2, sets: 5).
    public static func simulated(_ parameters: SimulationParameters) throws -> Cohort {
        let sizes = [
            ("patients", parameters.patients, 2), ("patches", parameters.patches, 1),
            ("features", parameters.features, 1), ("sets", parameters.sets, 5), ("genes", parameters.genes, 1),
        ]
        for (name, value, least) in sizes where value < least {
            throw SimulationError.tooFew(name, value, least: least)
        }
        var generator = SeededGenerator(seed: parameters.seed)
        let world = World(parameters, &generator)
        let count = parameters.patients
        let shared = generator.normals(rows: count, columns: World.factors)
        let own = (
            histology: generator.normals(rows: count, columns: World.factors),
            genomics: generator.normals(rows: count, columns: World.factors)
        )
        var risk: [Double] = []
        var bags: [[Float]] = []
        var informativePatches: [[Bool]] = []
        var genes = Matrix(
            rows: count, columns: parameters.sets * parameters.genes,
            values: [Double](repeating: 0, count: count * parameters.sets * parameters.genes))
        var times: [Double] = []
        var events: [Bool] = []
        for patient in 0..<count {
            let z = shared[row: patient]
            let (h, g) = (own.histology[row: patient], own.genomics[row: patient])
            let (bag, informative) = world.bag(factors: z + h, &generator)
            bags.append(bag)
            informativePatches.append(informative)
            world.fillGenes(&genes, patient: patient, factors: z + g, &generator)
            let hazard = 0.5 * z.reduce(0, +) + 0.4 * h.reduce(0, +) + 0.4 * g.reduce(0, +)
            let event = -log(generator.uniform()) * exp(-hazard)
            let censoring = -log(generator.uniform()) * 1.5
            risk.append(hazard)
            times.append(min(event, censoring))
            events.append(event <= censoring)
        }
        var table = Table(rowCount: count)
        table["true_risk"] = .numbers(risk)
        let sets = world.informativeSets
        let truth = SimulationTruth(
            risk: risk, sharedFactors: shared, ownFactors: ["histology": own.histology, "genomics": own.genomics],
            informative: [
                "histology": informativePatches,
                "genomics": Array(repeating: (0..<parameters.sets).map { $0 < sets }, count: count),
            ])
        let everyone = [Bool](repeating: true, count: count)
        let histology = PatchBags(width: parameters.features, features: bags)
        let genomics = world.geneSets(genes)
        return Cohort(
            patients: numbered("patient", count), outcome: try Outcome(time: times, event: events), table: table,
            modalities: [
                Modality(name: "histology", content: .patches(histology), present: everyone),
                Modality(name: "genomics", content: .sets(genomics.features, genomics.sets), present: everyone),
            ],
            truth: truth, idColumn: "patient", origin: "simulation")
    }
}

/// `set01` … `set40`: equal in length, so that they sort as they count.
func numbered(_ stem: String, _ count: Int) -> [String] {
    let digits = max(2, String(count).count)
    return (1...count).map { number in
        let text = String(number)
        return stem + String(repeating: "0", count: digits - text.count) + text
    }
}

extension SeededGenerator {
    mutating func normals(rows: Int, columns: Int, deviation: Double = 1) -> Matrix {
        Matrix(rows: rows, columns: columns, values: (0..<rows * columns).map { _ in deviation * normal() })
    }
}
