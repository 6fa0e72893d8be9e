// Times a training step of Together-Then-Apart against its twin in eager PyTorch; see Scripts/benchmarks/training.
import Cohorts
import Foundation
import SurvivalNetworks
import TogetherApart
import Torch
import Training

/// Patients that the steps go through.
let patients = 8

func argument(_ name: String, _ fallback: String) -> String {
    let all = CommandLine.arguments
    guard let place = all.firstIndex(of: "--\(name)"), place + 1 < all.count else { return fallback }
    return all[place + 1]
}

func numbers(_ name: String, _ fallback: String) throws -> [Int] {
    try argument(name, fallback).split(separator: ",").map {
        guard let number = Int($0), number > 0 else {
            throw BenchmarkError("--\(name): \($0) is not a positive number")
        }
        return number
    }
}

struct BenchmarkError: LocalizedError {
    let errorDescription: String?
    init(_ text: String) { errorDescription = text }
}

/// What a step is made of.
struct Size {
    var patches: Int
    var prototypes = 16
    /// Patients of a step.
    var batch = 1
    var modalities = 2
}

/// The simulated patients; of more than two modalities the others are the same again under other names.
func simulated(_ size: Size, folder: String? = nil) throws -> Cohort {
    var cohort = try Cohort.simulated(
        SimulationParameters(
            patients: max(patients, size.batch), patches: size.patches, features: 1024, sets: 51, genes: 30, seed: 5),
        folder: folder)
    let both = cohort.modalities
    cohort.modalities = (0..<size.modalities).map {
        Modality(
            name: $0 < 2 ? both[$0].name : "\(both[$0 % 2].name)\($0 / 2 + 1)", content: both[$0 % 2].content,
            present: both[$0 % 2].present)
    }
    return cohort
}

/// A network with its data, and the steps that train it.
final class Subject {
    let inputs: [ModalityInput]
    let cohort: Cohort
    let network: TogetherApartNetwork
    let grid: TimeGrid
    private let descent: Descent
    private let generator: TensorGenerator
    private let batchSize: Int
    private var next = 0

    init(
        _ size: Size, precision: FeaturePrecision = .fp32, dropout: Bool, folder: String? = nil, seed: UInt64 = 1
    ) throws {
        cohort = try simulated(size, folder: folder).keepingFeatures(in: precision)
            .withCachedFeatures(writing: true).cohort
        let everyone = Array(cohort.patients.indices)
        let cohort = cohort
        inputs = try cohort.modalities.map {
            try ModalityPreparation(fitting: $0, training: everyone).input(from: cohort)
        }
        var settings = HyperParameters()
        settings.dim = 256
        settings.prototypes = size.prototypes
        if !dropout { (settings.dropout, settings.inputDropout, settings.headDropout) = (0, 0.0, 0) }
        grid = try TimeGrid(fitting: cohort.outcome, bins: 4)
        network = try TogetherApartNetwork(
            settings, inputs: inputs, outputs: grid.binCount, generator: TensorGenerator(seed: seed))
        descent = Descent(network, loss: .discrete(grid), learningRate: 1e-4, weightDecay: 1e-3)
        generator = try TensorGenerator(seed: 9)
        batchSize = size.batch
    }

    /// The survival loss and the weighted terms of the next patients, before the step.
    @discardableResult func step() throws -> Double {
        let rows = (0..<batchSize).map { (next + $0) % cohort.patients.count }
        next += batchSize
        let update = network.updates(epoch: 0, of: 1)[0]
        let losses = try descent.step(
            Batch(rows, of: inputs), cohort.outcome[rows], update, training: generator)
        return losses.terms.reduce(losses.survival ?? 0) { $0 + $1.value * (update.weights[$1.name] ?? 0) }
    }

    /// Writes what the twin starts from.
    func export(to folder: URL) throws {
        func write<Element>(_ values: [Element], _ name: String) throws {
            try values.withUnsafeBytes { try Data($0).write(to: folder.appendingPathComponent(name)) }
        }
        for (index, tensor) in network.parameters.tensors.enumerated() {
            try write(tensor.floats(), "parameter-\(index)")
        }
        var genes: [Float] = []
        let coins = try TensorGenerator(seed: 9)
        for patient in 0..<patients {
            for (input, part) in zip(inputs, try Batch([patient], of: inputs).modalities) {
                guard let part else { throw BenchmarkError("a patient lacks \(input.name)") }
                if input.name == "histology" {
                    try write(part.features.floats(), "patches-\(patient)")
                } else {
                    genes += try part.features.floats()
                }
                // Without dropout the halves are all that a step draws.
                let half = try coins.coins([part.segments.rowCount], probability: 0.5).converted(to: .integer)
                    .integers()
                try write(half.map(UInt8.init), "half-\(input.name)-\(patient)")
            }
        }
        try write(genes, "genes")
        guard case .sets(_, _, let sets)? = inputs.last?.content else { throw BenchmarkError("gene sets come last") }
        let info: [String: Any] = [
            "dim": 256, "prototypes": 16, "patients": patients, "sets": sets,
            "bins": cohort.outcome.time.map(grid.bin), "events": cohort.outcome.event,
            "parameters": zip(network.parameters.names, network.parameters.tensors).map { [$0, $1.shape] as [Any] },
        ]
        try JSONSerialization.data(withJSONObject: info).write(to: folder.appendingPathComponent("info.json"))
    }
}

/// The twin in a process of its own.
final class Twin {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var buffer = Data()

    init(_ script: String, folder: URL, threads: Int) throws {
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            ProcessInfo.processInfo.environment["TTA_PEERS_PYTHON"] ?? "python3", script, folder.path, "\(threads)",
        ]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
    }

    func line() throws -> String {
        while true {
            if let end = buffer.firstIndex(of: 10) {
                defer { buffer.removeSubrange(...end) }
                return String(decoding: buffer[..<end], as: UTF8.self)
            }
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else { throw BenchmarkError("the twin ended early") }
            buffer += more
        }
    }

    func step() throws -> Double {
        input.fileHandleForWriting.write(Data("step\n".utf8))
        return Double(try line()) ?? .nan
    }

    /// Ends the twin; its memory in megabytes at its peak and before the first step.
    func end() throws -> (peak: Double, before: Double) {
        try input.fileHandleForWriting.close()
        defer { process.waitUntilExit() }
        return try memory(line())
    }
}

/// Two numbers of a line.
func memory(_ line: String) throws -> (peak: Double, before: Double) {
    let numbers = line.split(separator: " ").compactMap { Double($0) }
    guard numbers.count == 2 else { throw BenchmarkError("\(line): not two numbers") }
    return (numbers[0], numbers[1])
}

struct Agreement: Decodable {
    var loss: Double
    var lengths: [Double]
}

/// This process's memory in megabytes: "VmHWM" at its peak, "VmRSS" now.
func ownMemory(_ what: String) throws -> Double {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = status.split(separator: "\n").first { $0.hasPrefix(what) }
    return line?.split(separator: " ").compactMap { Double($0) }.first.map { $0 / 1024 } ?? .nan
}

/// A folder that is gone afterwards.
func withTemporaryFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
        "training-benchmark-\(ProcessInfo.processInfo.processIdentifier)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
}

func seconds(_ body: () throws -> Void) rethrows -> Double {
    let start = ContinuousClock.now
    try body()
    return (ContinuousClock.now - start) / .seconds(1)
}

/// The products that remain after the algebra, bare: projection forward and for its weights, squared lengths forward and
/// for theirs, all in that precision. The least of a few rounds.
func bareProducts(
    patches: Int, precision: FeaturePrecision, rounds: Int
) throws -> [(name: String, seconds: Double)] {
    let generator = try TensorGenerator(seed: 3)
    func drawn(_ rows: Int, _ columns: Int) throws -> Tensor {
        try generator.normal([rows, columns]).converted(to: precision == .bf16 ? .bfloat : .float)
    }
    let (x, w) = (try drawn(patches, 1024), try drawn(1024, 256))
    let (h, g) = (try drawn(patches, 256), try drawn(256, 256))
    func least(_ body: () throws -> Tensor) throws -> Double {
        try (0..<rounds).map { _ in try seconds { _ = try body() } }.min() ?? .nan
    }
    return [
        ("X W", try least { try x.matmul(w) }), ("(∂Y)ᵀ X", try least { try h.transposed().matmul(x) }),
        ("H (WᵀW)", try least { try h.matmul(g) }), ("Hᵀ H", try least { try h.transposed().matmul(h) }),
    ]
}

func milliseconds(_ seconds: Double) -> String { String(format: "%.1f", seconds * 1000) }

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

/// Compares the losses and the lengths of all gradients of the first steps with the twin's, which computes in single
/// precision; ends the run where they are too far apart.
///
/// In bfloat16 an element of a large product is off by 2⁻⁸ of itself at most, and what sums many of them by less. The
/// transport takes exp(−cost/ε) of a cost that comes of them, ε = 0.05, so that a few such errors make a few per cent.
func requireAgreement(_ subject: Subject, _ twin: Twin, _ precision: FeaturePrecision) throws {
    let (ofLoss, ofLength) = precision == .fp32 ? (1e-4, 1e-4) : (0x1p-8, 0x1p-5)
    var (farthestLoss, farthestLength) = (0.0, 0.0)
    for patient in 0..<patients {
        let theirs = try JSONDecoder().decode(Agreement.self, from: Data(twin.line().utf8))
        let loss = try subject.step()
        farthestLoss = max(farthestLoss, abs(loss - theirs.loss) / abs(theirs.loss))
        guard abs(loss - theirs.loss) <= ofLoss * abs(theirs.loss) else {
            throw BenchmarkError("step \(patient + 1): a loss of \(loss), the twin's is \(theirs.loss)")
        }
        for (index, tensor) in subject.network.parameters.tensors.enumerated() {
            let own = try tensor.gradient()?.square().sum().sqrt().item() ?? 0
            farthestLength = max(farthestLength, abs(own - theirs.lengths[index]) / (theirs.lengths[index] + 0.01))
            guard abs(own - theirs.lengths[index]) <= ofLength * (theirs.lengths[index] + 0.01) else {
                let name = subject.network.parameters.names[index]
                throw BenchmarkError(
                    "step \(patient + 1), \(name): a gradient of length \(own), the twin's is \(theirs.lengths[index])"
                )
            }
        }
    }
    tell(String(format: "losses within %.1e of the twin's, gradients within %.1e", farthestLoss, farthestLength))
}

func tell(_ text: String) { FileHandle.standardError.write(Data("training: \(text)\n".utf8)) }

func run() throws {
    let rounds = try numbers("rounds", "9")[0]
    let script = argument("twin", "Scripts/benchmarks/TrainingBenchmark/peers/twin.py")
    let precisions = try argument("precision", "fp32,bf16").split(separator: ",").map {
        guard let precision = FeaturePrecision(rawValue: String($0)) else {
            throw BenchmarkError("--precision: \($0) is neither fp32 nor bf16")
        }
        return precision
    }.filter { precision in
        guard precision == .bf16, TorchRuntime.hasNarrowProducts != true else { return true }
        tell("no bf16: this processor has no products in bfloat16")
        return false
    }
    guard let first = precisions.first else { throw BenchmarkError("--precision: nothing to time") }
    let sizes = try numbers("patches", "512,4096,15000")
    if CommandLine.arguments.contains("--steps") {
        try measureSteps(patches: sizes[0], first, rounds: rounds, folder: argument("folder", "."))
        return
    }
    if CommandLine.arguments.contains("--memory") {
        try compareMemory(sizes, precisions, script, rounds: rounds)
        return
    }
    if CommandLine.arguments.contains("--cost") {
        try measureCost(rounds: rounds)
        return
    }
    print(
        "| patches | threads | precision | ours, ms | twin, ms | times faster | bare products, ms | ours / bare "
            + "| batch of 8, ms a patient |")
    print("| --: | --: | --- | --: | --: | --: | --: | --: | --: |")
    for patches in sizes {
        for threads in try numbers("threads", "1,2") {
            TorchRuntime.setThreads(threads)
            try withTemporaryFolder { folder in
                try Subject(Size(patches: patches), dropout: false).export(to: folder)
                for precision in precisions {
                    try compare(
                        patches: patches, threads: threads, precision, Twin(script, folder: folder, threads: threads),
                        rounds: rounds)
                }
            }
        }
    }
}

/// A row of the table.
func compare(patches: Int, threads: Int, _ precision: FeaturePrecision, _ twin: Twin, rounds: Int) throws {
    try requireAgreement(Subject(Size(patches: patches), precision: precision, dropout: false), twin, precision)
    let subject = try Subject(Size(patches: patches), precision: precision, dropout: true)
    let batch = try Subject(Size(patches: patches, batch: 8), precision: precision, dropout: true)
    var (ours, theirs, batches): ([Double], [Double], [Double]) = ([], [], [])
    for round in 0..<rounds + 2 {
        let times = (try seconds { try subject.step() }, try twin.step(), try seconds { try batch.step() })
        // The first two warm up.
        guard round >= 2 else { continue }
        ours.append(times.0)
        theirs.append(times.1)
        batches.append(times.2 / 8)
    }
    let bare = try bareProducts(patches: patches, precision: precision, rounds: rounds)
    let products = bare.reduce(0) { $0 + $1.seconds }
    let least = ours.min() ?? .nan
    print(
        "| \(patches) | \(threads) | \(precision) | \(milliseconds(least)) (\(milliseconds(median(ours)))) "
            + "| \(milliseconds(theirs.min() ?? .nan)) (\(milliseconds(median(theirs)))) "
            + "| \(String(format: "%.1f", (theirs.min() ?? .nan) / least)) | "
            + bare.map { "\($0.name) \(milliseconds($0.seconds))" }.joined(separator: ", ")
            + " | \(String(format: "%.2f", least / products)) | \(milliseconds(batches.min() ?? .nan)) |")
    _ = try twin.end()
}

/// In a process of its own, patches read from files as in `attach`: the memory of steps on one thread.
func measureSteps(patches: Int, _ precision: FeaturePrecision, rounds: Int, folder: String) throws {
    TorchRuntime.setThreads(1)
    let subject = try Subject(Size(patches: patches), precision: precision, dropout: true, folder: folder)
    let before = try ownMemory("VmRSS")
    for _ in 0..<rounds { try subject.step() }
    print("\(try ownMemory("VmHWM")) \(before)")
}

/// The table of memory, a process each: the twin reads its patches from files before the first step, ours maps them.
func compareMemory(_ sizes: [Int], _ precisions: [FeaturePrecision], _ script: String, rounds: Int) throws {
    print("| patches | precision | ours, MB | twin, MB | ours / twin | our steps, MB | the twin's steps, MB |")
    print("| --: | --- | --: | --: | --: | --: | --: |")
    for patches in sizes {
        try withTemporaryFolder { folder in
            try Subject(Size(patches: patches), dropout: false).export(to: folder)
            let twin = try Twin(script, folder: folder, threads: 1)
            for _ in 0..<patients { _ = try twin.line() }
            for _ in 0..<rounds { _ = try twin.step() }
            let theirs = try twin.end()
            for precision in precisions {
                func steps(_ rounds: Int) throws -> (peak: Double, before: Double) {
                    let (process, output) = (Process(), Pipe())
                    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
                    process.arguments = [
                        "--steps", "--patches", "\(patches)", "--precision", precision.rawValue, "--rounds", "\(rounds)",
                        "--folder", folder.appendingPathComponent("slides").path,
                    ]
                    process.standardOutput = output
                    try process.run()
                    let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
                    process.waitUntilExit()
                    return try memory(said.trimmingCharacters(in: .whitespacesAndNewlines))
                }
                // The first makes the files and their cache.
                _ = try steps(1)
                let ours = try steps(rounds)
                print(
                    "| \(patches) | \(precision) | \(Int(ours.peak)) | \(Int(theirs.peak)) | "
                        + String(format: "%.2f", ours.peak / theirs.peak)
                        + " | \(Int(ours.peak - ours.before)) | \(Int(theirs.peak - theirs.before)) |")
            }
        }
    }
}

/// Milliseconds of a step on one thread in single precision against what it is made of, one thing changed at a time, as a table
/// that `load` takes.
func measureCost(rounds: Int) throws {
    TorchRuntime.setThreads(1)
    var rows: [[String: Any]] = []
    func row(_ what: String, _ amount: Int, _ size: Size) throws {
        let subject = try Subject(size, dropout: true)
        for _ in 0..<3 { try subject.step() }
        let least = try (0..<rounds).map { _ in try seconds { try subject.step() } }.min() ?? .nan
        rows.append(["what": what, "amount": amount, "ms": (least * 10_000).rounded() / 10])
        tell("\(amount) \(what): \(milliseconds(least)) ms")
    }
    for patches in [256, 512, 1024, 2048, 4096, 8192, 16384] { try row("patches", patches, Size(patches: patches)) }
    for prototypes in [4, 8, 16, 32, 64, 128] {
        try row("prototypes", prototypes, Size(patches: 1024, prototypes: prototypes))
    }
    for batch in [1, 2, 4, 8, 16, 32] { try row("patients", batch, Size(patches: 512, batch: batch)) }
    for modalities in 1...6 { try row("modalities", modalities, Size(patches: 512, modalities: modalities)) }
    let table: [String: Any] = ["type": "table", "columns": ["what", "amount", "ms"], "rows": rows]
    print(String(decoding: try JSONSerialization.data(withJSONObject: table, options: .sortedKeys), as: UTF8.self))
}

do { try run() } catch {
    FileHandle.standardError.write(Data("training: error: \(error.localizedDescription)\n".utf8))
    exit(1)
}
