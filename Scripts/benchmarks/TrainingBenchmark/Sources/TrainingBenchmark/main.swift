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
        patches: Int, precision: FeaturePrecision = .fp32, dropout: Bool, batchSize: Int = 1, seed: UInt64 = 1
    ) throws {
        cohort = try Cohort.simulated(
            SimulationParameters(patients: patients, patches: patches, features: 1024, sets: 51, genes: 30, seed: 5)
        ).keepingFeatures(in: precision)
        let everyone = Array(cohort.patients.indices)
        let cohort = cohort
        inputs = try cohort.modalities.map {
            try ModalityPreparation(fitting: $0, training: everyone).input(from: cohort)
        }
        var settings = HyperParameters()
        settings.dim = 256
        settings.prototypes = 16
        if !dropout { (settings.dropout, settings.inputDropout, settings.headDropout) = (0, 0, 0) }
        grid = try TimeGrid(fitting: cohort.outcome, bins: 4)
        network = try TogetherApartNetwork(
            settings, inputs: inputs, outputs: grid.binCount, generator: TensorGenerator(seed: seed))
        descent = Descent(network, loss: .discrete(grid), learningRate: 1e-4, weightDecay: 1e-3)
        generator = try TensorGenerator(seed: 9)
        self.batchSize = batchSize
    }

    /// The survival loss and the weighted terms of the next patients, before the step.
    @discardableResult func step() throws -> Double {
        let rows = (0..<batchSize).map { (next + $0) % patients }
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

    /// Ends the twin; its peak memory in megabytes.
    func end() throws -> Double {
        try input.fileHandleForWriting.close()
        defer { process.waitUntilExit() }
        return Double(try line()) ?? .nan
    }
}

struct Agreement: Decodable {
    var loss: Double
    var lengths: [Double]
}

func peakMemory() throws -> Double {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM") }
    return line?.split(separator: " ").compactMap { Double($0) }.first.map { $0 / 1024 } ?? .nan
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
    if CommandLine.arguments.contains("--memory") {
        TorchRuntime.setThreads(1)
        let subject = try Subject(
            patches: numbers("patches", "4096")[0], precision: first, dropout: true,
            batchSize: numbers("batch", "1")[0])
        for _ in 0..<rounds { try subject.step() }
        print(try peakMemory())
        return
    }
    print(
        "| patches | threads | precision | ours, ms | twin, ms | times faster | bare products, ms | ours / bare "
            + "| batch of 8, ms a patient |")
    print("| --: | --: | --- | --: | --: | --: | --: | --: | --: |")
    for patches in try numbers("patches", "512,4096,15000") {
        for threads in try numbers("threads", "1,2") {
            TorchRuntime.setThreads(threads)
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
                "training-benchmark-\(ProcessInfo.processInfo.processIdentifier)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            try Subject(patches: patches, dropout: false).export(to: folder)
            for precision in precisions {
                try compare(
                    patches: patches, threads: threads, precision, Twin(script, folder: folder, threads: threads),
                    rounds: rounds)
            }
        }
    }
}

/// A row of the table.
func compare(patches: Int, threads: Int, _ precision: FeaturePrecision, _ twin: Twin, rounds: Int) throws {
    try requireAgreement(Subject(patches: patches, precision: precision, dropout: false), twin, precision)
    let subject = try Subject(patches: patches, precision: precision, dropout: true)
    let batch = try Subject(patches: patches, precision: precision, dropout: true, batchSize: 8)
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
    tell("\(patches) patches, \(threads) threads: the twin's peak \(Int(try twin.end())) MB")
}

do { try run() } catch {
    FileHandle.standardError.write(Data("training: error: \(error.localizedDescription)\n".utf8))
    exit(1)
}
