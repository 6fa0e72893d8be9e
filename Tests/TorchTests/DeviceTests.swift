import CTorch
import Testing

@testable import Torch

@Suite struct DeviceTests {
    @Test func whereThereIsNoGPUTheErrorSaysSo() throws {
        try TorchRuntime.use(.cpu)
        guard ct_gpus() <= 0 else { return }
        do {
            try TorchRuntime.use(.cuda)
            Issue.record("a GPU that is not there was taken")
        } catch let error as DeviceError {
            let message = [error.errorDescription, error.recoverySuggestion].compactMap { $0 }.joined(separator: "; ")
            #expect(
                message
                    == (ct_gpus() < 0
                        ? "device=cuda: tensors cannot go to a GPU, since libtorch \(TorchRuntime.version) here was built for "
                            + "processors only; stay with device=cpu, or build with a libtorch for CUDA: "
                            + "TTA_TORCH=torch==2.13.0 Scripts/setup"
                        : "device=cuda: there is no GPU, or its driver does not answer; stay with device=cpu; nvidia-smi "
                            + "tells what the driver sees"))
        }
        // Tensors go on as before.
        #expect(try (Tensor([1, 2] as [Float], shape: [2]) * 2).floats() == [2, 4])
    }

    /// A tensor over other memory reads it where it is and keeps its owner.
    @Test func lentMemoryIsKeptAndNotCopied() throws {
        final class Owner: @unchecked Sendable {
            let memory: UnsafeMutablePointer<Float>
            init() {
                memory = .allocate(capacity: 6)
                for index in 0..<6 { memory[index] = Float(index) }
            }
            deinit { memory.deallocate() }
        }
        weak var seen: Owner?
        func lent() throws -> Tensor {
            let owner = Owner()
            seen = owner
            let tensor = try Tensor(
                lending: UnsafeRawBufferPointer(start: owner.memory, count: 24), of: owner, shape: [2, 3])
            owner.memory[5] = 7
            return tensor
        }
        var tensor: Tensor? = try lent()
        #expect(seen != nil)
        #expect(try tensor?.sum(1).floats() == [3, 14])
        let view = try tensor?.transposed()
        tensor = nil
        #expect(seen != nil)
        #expect(try view?.floats() == [0, 3, 1, 4, 2, 7])
        _ = consume view
        #expect(seen == nil)
        #expect(
            try Tensor(shape: [2, 1]) { $0.bindMemory(to: Float.self).initialize(repeating: 3) }.floats() == [3, 3])
    }
}
