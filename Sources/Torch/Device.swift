internal import CTorch
public import Foundation

/// Where tensors live and are computed with.
public enum Device: String, Sendable, CaseIterable {
    case cpu, cuda
}

/// A device was asked for that cannot be used.
public enum DeviceError: LocalizedError, Equatable {
    /// This libtorch was built for processors only.
    case builtWithoutCUDA(torch: String)
    case noGPU
    /// There is one, but it does not work; libtorch's own words.
    case unusable(String)

    public var errorDescription: String? {
        switch self {
        case .builtWithoutCUDA(let torch):
            "device=cuda: tensors cannot go to a GPU, since libtorch \(torch) here was built for processors only"
        case .noGPU: "device=cuda: there is no GPU, or its driver does not answer"
        case .unusable(let reason): "device=cuda: the GPU cannot be used (\(reason))"
        }
    }

    public var recoverySuggestion: String? {
        switch self {
        case .builtWithoutCUDA:
            "stay with device=cpu, or build with a libtorch for CUDA: TTA_TORCH=torch==2.13.0 Scripts/setup"
        case .noGPU, .unusable: "stay with device=cpu; nvidia-smi tells what the driver sees"
        }
    }
}

extension TorchRuntime {
    /// Makes tensors on that device from now on.
    ///
    /// - Throws: `DeviceError`; the device is then as before.
    public static func use(_ device: Device) throws {
        if device == .cuda {
            switch ct_gpus() {
            case ..<0: throw DeviceError.builtWithoutCUDA(torch: version)
            case 0: throw DeviceError.noGPU
            default: break
            }
        }
        do {
            try place(on: device.rawValue)
        } catch let error as TorchError {
            throw DeviceError.unusable(error.message)
        }
    }

    /// Whether products in bfloat16 are fast: those of the processor where it has instructions for them (AVX-512 BF16).
    /// Nil while tensors are made on another device than the processor.
    public static var hasNarrowProducts: Bool? {
        let answer = ct_narrow_products()
        return answer < 0 ? nil : answer > 0
    }

    /// `use` by libtorch's name of the device.
    static func place(on name: String) throws { try check(ct_set_device(name)) }
}
