import Foundation
import Results

/// A simulation was asked for in an impossible size.
public enum SimulationError: LocalizedError, Equatable {
    case tooFew(String, Int, least: Int)
    case everyoneLacksSomething(histology: Double, genomics: Double)
    case fewerThanFewest(most: Int, fewest: Int)
    /// The folder holds patches of another simulation, or none of a simulation.
    case folderTaken(String)
    case cannotWrite(String, reason: String)
    /// Bytes that the values would take, and what the machine has.
    case tooLarge(bytes: Double, memory: Double, inFolder: Bool)

    public var errorDescription: String? {
        switch self {
        case .tooFew(let name, let value, let least): "\(name)=\(value): at least \(least) are needed"
        case .everyoneLacksSomething(let histology, let genomics):
            "\(histology) of the patients without histology and \(genomics) without genomics are more than all: "
                + "nobody may lack both"
        case .fewerThanFewest(let most, let fewest): "most_patches=\(most) is less than patches=\(fewest)"
        case .folderTaken(let folder): "\(folder): there are patch features in it that are not of this simulation"
        case .cannotWrite(let path, let reason): "cannot write \(path): \(reason)"
        case .tooLarge(let bytes, let memory, _):
            "the values would take \(Self.gigabytes(bytes)), and this machine has \(Self.gigabytes(memory)) of memory"
        }
    }

    public var recoverySuggestion: String? {
        switch self {
        case .tooFew, .fewerThanFewest: nil
        case .folderTaken: "choose an empty folder"
        case .cannotWrite: "choose a folder that you may write to, on a disk with room"
        case .everyoneLacksSomething: "let the two shares add up to 1 at most"
        case .tooLarge(_, _, inFolder: true): "choose fewer patients, sets or genes"
        case .tooLarge: "choose smaller sizes; folder= keeps patches in files"
        }
    }

    private static func gigabytes(_ bytes: Double) -> String {
        let number = bytes / 1e9
        return number < 10 ? String(format: "%.1f GB", number) : "\(shortest(number.rounded())) GB"
    }
}

extension Cohort {
    /// A cohort with known truth: modalities "histology" (patches) and "genomics" (gene sets).
    ///
    /// Patient *i* has three shared factors z, three of histology u_h and three of genomics u_g, all standard normal.
    ///
    /// - A patch is informative with probability `informativeShare`: (z, u_h) W_h + noise. The others lie around one of
    ///   six background clusters, alike for all patients. W_h (6 × features) has entries N(0, 0.6²), clusters N(0, 1),
    ///   noise N(0, `histologyNoise`²).
    /// - A gene set is noise, N(0, `genomicsNoise`²); the first fifth of the sets carry (z, u_g) W_g times a gene's loading
    ///   in addition. W_g (6 × genes) has entries N(0, 0.5²), loadings |N(0, 1)|.
    /// - The log-hazard is η = 0.5 Σz + 0.4 Σu_h + 0.4 Σu_g; the event comes at Exp(e^η), censoring at
    ///   `censoring` · Exp(1).
    /// - Histology and genomics are absent by shares that exclude each other.
    ///
    /// The column `true_risk` is η, so that its C-index is the best there can be; `shared1` … `genomics3` are the factors
    /// and `informative_patches` counts the patient's. The same parameters give the same cohort. Patients of another
    /// `world` see their factors in other ways; the same world with another seed gives other patients of one population.
    ///
    /// With a folder, patches go to files there, `patient01.h5` as CLAM writes them, and are read from them when asked
    /// for, so that they need not fit into memory. Each patient's patches then come from a stream of their own (another
    /// sample than without a folder); files that are there already are not made again.
    ///
    /// - Parameter observe: called with the share of the patients that is done; what it throws ends the work.
    /// - Throws: `SimulationError` when a size is below 1 (patients: 2, sets: 5) or memory has no room for them, more patients
    ///   than all lack a modality, or the folder cannot take the files.
    public static func simulated(
        _ parameters: SimulationParameters, folder: String? = nil, observe: (Double) throws -> Void = { _ in }
    ) throws -> Cohort {
        let sizes = [
            ("patients", parameters.patients, 2), ("patches", parameters.patches, 1),
            ("features", parameters.features, 1), ("sets", parameters.sets, 5), ("genes", parameters.genes, 1),
        ]
        for (name, value, least) in sizes where value < least {
            throw SimulationError.tooFew(name, value, least: least)
        }
        if let most = parameters.mostPatches, most < parameters.patches {
            throw SimulationError.fewerThanFewest(most: most, fewest: parameters.patches)
        }
        guard parameters.missingHistology + parameters.missingGenomics <= 1 else {
            throw SimulationError.everyoneLacksSomething(
                histology: parameters.missingHistology, genomics: parameters.missingGenomics)
        }
        let memory = Double(ProcessInfo.processInfo.physicalMemory)
        let bytes = parameters.bytes(withPatches: folder == nil)
        guard bytes < memory else {
            throw SimulationError.tooLarge(bytes: bytes, memory: memory, inFolder: folder != nil)
        }
        let worldSeed = parameters.world ?? parameters.seed
        var generator = SeededGenerator(seed: worldSeed)
        let world = World(parameters, &generator)
        // Where the seeds are equal, the patients go on where the world's stream ended.
        if parameters.seed != worldSeed { generator = SeededGenerator(seed: parameters.seed) }
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
            if folder == nil {
                try observe(Double(patient) / Double(count))
                let (bag, informative) = world.bag(factors: z + h, &generator)
                bags.append(bag)
                informativePatches.append(informative)
            }
            world.fillGenes(&genes, patient: patient, factors: z + g, &generator)
            let hazard = 0.5 * z.reduce(0, +) + 0.4 * h.reduce(0, +) + 0.4 * g.reduce(0, +)
            let event = -log(generator.uniform()) * exp(-hazard)
            let wait = -log(generator.uniform())
            let censoring = parameters.censoring.isFinite ? wait * parameters.censoring : .infinity
            risk.append(hazard)
            times.append(min(event, censoring))
            events.append(event <= censoring)
        }
        var presence = (
            histology: [Bool](repeating: true, count: count), genomics: [Bool](repeating: true, count: count)
        )
        if parameters.missingHistology + parameters.missingGenomics > 0 {
            for patient in 0..<count {
                let place = generator.uniform()
                presence.histology[patient] = place > parameters.missingHistology
                presence.genomics[patient] = place <= 1 - parameters.missingGenomics
            }
        }
        let patients = numbered("patient", count)
        var written: PatchBags?
        if let folder {
            let slides = try SimulatedFolder(folder, parameters).write(
                world, patients: patients, present: presence.histology,
                factors: (0..<count).map { Array(shared[row: $0] + own.histology[row: $0]) }, observe: observe)
            informativePatches = slides.informative
            written = slides.bags
        }
        var table = Table(rowCount: count)
        table["true_risk"] = .numbers(risk)
        for (name, factors) in [("shared", shared), ("histology", own.histology), ("genomics", own.genomics)] {
            for factor in 0..<World.factors {
                table["\(name)\(factor + 1)"] = .numbers((0..<count).map { factors[$0, factor] })
            }
        }
        table["informative_patches"] = .numbers(informativePatches.map { Double($0.count { $0 }) })
        let sets = world.informativeSets
        let truth = SimulationTruth(
            risk: risk, sharedFactors: shared, ownFactors: ["histology": own.histology, "genomics": own.genomics],
            informative: [
                "histology": informativePatches,
                "genomics": Array(repeating: (0..<parameters.sets).map { $0 < sets }, count: count),
            ])
        if folder == nil {
            for patient in 0..<count where !presence.histology[patient] { bags[patient] = [] }
        }
        let histology = written ?? PatchBags(width: parameters.features, features: bags)
        let genomics = world.geneSets(genes, present: presence.genomics)
        return Cohort(
            patients: patients, outcome: try Outcome(time: times, event: events), table: table,
            modalities: [
                Modality(name: "histology", content: .patches(histology), present: presence.histology),
                Modality(
                    name: "genomics", content: .sets(genomics.features, genomics.sets), present: presence.genomics),
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
