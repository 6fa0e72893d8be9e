// swift-tools-version: 6.1
import Foundation
import PackageDescription

// libtorch is put (or linked) here by Scripts/setup.
let torch = Context.packageDirectory + "/.deps/torch"

// A libtorch for CUDA registers its GPU part when that is loaded; nothing names it, so the linker has to be told to keep it.
let cudaFlags =
    FileManager.default.fileExists(atPath: "\(torch)/lib/libtorch_cuda.so")
    ? ["-Xlinker", "--no-as-needed", "-Xlinker", "-ltorch_cuda", "-Xlinker", "--as-needed"] : []

let package = Package(
    name: "tta",
    products: [
        .executable(name: "tta", targets: ["tta"]),
        .library(name: "SurvivalStatistics", targets: ["SurvivalStatistics"]),
        .library(
            name: "Training",
            targets: ["Training", "TogetherApart", "SurvivalNetworks", "Cohorts", "Torch", "Results"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0")
    ],
    targets: [
        // C and C++ libraries; no other target sees C or C++.
        .target(
            name: "CTorch",
            cxxSettings: [
                .unsafeFlags([
                    "-isystem", "\(torch)/include", "-isystem", "\(torch)/include/torch/csrc/api/include",
                ])
            ],
            linkerSettings: [
                .unsafeFlags(["-L\(torch)/lib", "-Xlinker", "-rpath", "-Xlinker", "\(torch)/lib"] + cudaFlags),
                .linkedLibrary("torch"), .linkedLibrary("torch_cpu"), .linkedLibrary("c10"),
            ]),
        .target(name: "CReadline", linkerSettings: [.linkedLibrary("readline")]),
        .target(
            name: "CGnuplot",
            linkerSettings: [
                .linkedLibrary("boost_iostreams"), .linkedLibrary("boost_system"),
                .linkedLibrary("boost_filesystem"),
            ]),
        .systemLibrary(name: "CHDF5System", pkgConfig: "hdf5"),
        .target(name: "CHDF5", dependencies: ["CHDF5System"]),
        .systemLibrary(name: "CGSL", pkgConfig: "gsl"),

        // Values.
        .target(name: "Spelling"),
        .target(name: "Results"),
        .target(name: "Torch", dependencies: ["CTorch"]),

        // The domain.
        .target(name: "SurvivalStatistics", dependencies: ["Results", "CGSL"]),
        .target(name: "Cohorts", dependencies: ["CHDF5", "Results", "Spelling", "Torch"]),
        .target(name: "SurvivalNetworks", dependencies: ["Torch", "Cohorts", "Results"]),
        .target(name: "TogetherApart", dependencies: ["SurvivalNetworks", "Torch", "Results"]),
        .target(
            name: "Baselines", dependencies: ["SurvivalNetworks", "Torch", "Cohorts", "Results", "SurvivalStatistics"]),
        .target(
            name: "Training",
            dependencies: [
                "TogetherApart", "SurvivalNetworks", "Cohorts", "Torch", "Results", "SurvivalStatistics",
            ]),
        .target(name: "Projection", dependencies: ["Results"]),
        .target(name: "Figures", dependencies: ["CGnuplot", "Results", "SurvivalStatistics", "Projection"]),

        // The language, and where the two meet.
        .target(name: "CommandLanguage", dependencies: ["Spelling"]),
        .target(
            name: "Commands",
            dependencies: [
                "CommandLanguage", "Results", "Cohorts", "SurvivalStatistics", "SurvivalNetworks", "TogetherApart",
                "Baselines", "Training", "Projection", "Figures", "Torch",
            ]),
        .executableTarget(
            name: "tta",
            dependencies: [
                "Commands", "CommandLanguage", "CReadline",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),

        .testTarget(name: "TorchTests", dependencies: ["Torch", "CTorch"]),
        .testTarget(name: "SurvivalStatisticsTests", dependencies: ["SurvivalStatistics"]),
        .testTarget(name: "CohortsTests", dependencies: ["Cohorts"]),
        .testTarget(name: "SurvivalNetworksTests", dependencies: ["SurvivalNetworks", "Torch"]),
        .testTarget(
            name: "TogetherApartTests", dependencies: ["TogetherApart", "SurvivalNetworks", "Cohorts", "Torch"]),
        .testTarget(
            name: "BaselinesTests",
            dependencies: [
                "Baselines", "Training", "SurvivalNetworks", "SurvivalStatistics", "Cohorts", "Results", "Torch",
            ]),
        .testTarget(
            name: "TrainingTests",
            dependencies: [
                "Training", "TogetherApart", "Baselines", "SurvivalNetworks", "SurvivalStatistics", "Projection",
                "Cohorts", "Results", "Torch",
            ]),
        .testTarget(name: "ProjectionTests", dependencies: ["Projection"]),
        .testTarget(name: "FiguresTests", dependencies: ["Figures", "Projection", "Results", "SurvivalStatistics"]),
        .testTarget(name: "CommandLanguageTests", dependencies: ["CommandLanguage"]),
        .testTarget(name: "CommandsTests", dependencies: ["Commands", "CommandLanguage"]),
        .testTarget(name: "ttaTests", dependencies: ["tta"]),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx20
)
