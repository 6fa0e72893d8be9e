// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "TrainingBenchmark",
    dependencies: [.package(name: "tta", path: "../../..")],
    targets: [
        .executableTarget(name: "TrainingBenchmark", dependencies: [.product(name: "Training", package: "tta")])
    ],
    swiftLanguageModes: [.v6]
)
