// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "StatisticsBenchmark",
    dependencies: [.package(name: "tta", path: "../../..")],
    targets: [
        .executableTarget(
            name: "StatisticsBenchmark", dependencies: [.product(name: "SurvivalStatistics", package: "tta")])
    ],
    swiftLanguageModes: [.v6]
)
