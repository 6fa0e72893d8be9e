import Foundation
import Results
import Testing

@testable import Cohorts

@Suite struct FeatureCacheTests {
    let folder: TestFolder
    let slides: String
    let parameters = SimulationParameters(patients: 6, patches: 300, features: 16, sets: 5, genes: 2, seed: 4)
    let cohort: Cohort

    init() throws {
        folder = try TestFolder()
        slides = folder.path + "/slides"
        _ = try Cohort.simulated(parameters, folder: slides)
        // A second slide of the third patient.
        try FileManager.default.copyItem(atPath: slides + "/patient02.h5", toPath: slides + "/patient03-b.h5")
        var text = "id,time,event\n"
        for patient in 1...6 { text += "patient0\(patient),\(patient),1\n" }
        var cohort = try readCohort(folder.write("base.csv", text))
        try cohort.attach("histology", folder: slides)
        self.cohort = cohort
    }

    private var path: String { slides + "/tta-features.cache" }

    private func features(_ cohort: Cohort) throws -> [[Float]] {
        let bags = try bags(cohort, "histology")
        return try cohort.patients.indices.map { try bags.features(of: $0) }
    }

    private func isMapped(_ cohort: Cohort) throws -> Bool {
        try bags(cohort, "histology").bags.allSatisfy { if case .cached = $0 { true } else { false } }
    }

    private var leftovers: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: slides)) ?? []).filter { $0.contains(".part") }
    }

    @Test func checksumsAreThoseOfTheReferenceImplementation() throws {
        struct Recorded: Decodable { var sums: [String: String] }
        let recorded = try JSONDecoder().decode(
            Recorded.self, from: Data(contentsOf: Checkout.fixtures.appendingPathComponent("checksum.json")))
        #expect(recorded.sums.count > 70)
        for (length, sum) in recorded.sums {
            let count = try #require(Int(length))
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 131 + count) }
            #expect(bytes.withUnsafeBytes(checksum) == UInt64(sum, radix: 16))
        }
    }

    @Test func mappedFeaturesAreThoseOfTheFiles() throws {
        let plain = try features(cohort)
        #expect(plain[2].count == 2 * 300 * 16)
        let first = try cohort.withCachedFeatures(writing: true)
        #expect(first.warnings.isEmpty && first.notes == ["histology: features cached in \(path) (1 MB)"])
        #expect(try isMapped(first.cohort))
        #expect(try features(first.cohort) == plain)
        let stamp = FileStamp(path: path)
        // Two slides of one patient are one piece of memory.
        #expect(try bags(first.cohort, "histology").bag(of: 2).whole?.bytes.count == 2 * 300 * 16 * 4)
        let second = try cohort.withCachedFeatures(writing: true)
        #expect(second.notes.isEmpty && second.damage.isEmpty)
        #expect(try features(second.cohort) == plain)
        #expect(FileStamp(path: path) == stamp && leftovers.isEmpty)
        // A part of the patients reads the same file.
        let part = try cohort[[4, 2]].withCachedFeatures(writing: true)
        #expect(part.notes.isEmpty && FileStamp(path: path) == stamp)
        #expect(try features(part.cohort) == [plain[4], plain[2]])
    }

    /// The upper halves of floats, rounded to nearest with ties to even.
    private func rounded(_ values: [[Float]]) -> [[Float]] {
        values.map {
            $0.map { value in
                let (upper, lower) = (value.bitPattern >> 16, value.bitPattern & 0xffff)
                let up = lower > 0x8000 || lower == 0x8000 && upper & 1 == 1
                return Float(bitPattern: (upper + (up ? 1 : 0)) << 16)
            }
        }
    }

    private var narrowPath: String { slides + "/tta-features-bf16.cache" }

    @Test func eachPrecisionHasItsOwnFile() throws {
        let plain = try features(cohort)
        let narrow = cohort.keepingFeatures(in: .bf16)
        #expect(try features(narrow) == rounded(plain))
        let written = try narrow.withCachedFeatures(writing: true)
        #expect(written.notes == ["histology: features cached in \(narrowPath) (1 MB)"])
        #expect(try isMapped(written.cohort) && features(written.cohort) == rounded(plain))
        #expect(try bags(written.cohort, "histology").bag(of: 2).whole?.bytes.count == 2 * 300 * 16 * 2)
        // A run in single precision sees nothing of it.
        #expect(try !isMapped(cohort.withCachedFeatures(writing: false).cohort))
        let single = try cohort.withCachedFeatures(writing: true)
        #expect(try isMapped(single.cohort) && features(single.cohort) == plain)
        // Values take half the room; heads and indices are as long.
        let sizes = try [path, narrowPath].map { try #require(FileStamp(path: $0)).size }
        #expect(sizes[0] - sizes[1] >= 7 * 300 * 16 * 2 - 6 * 4096 && sizes[1] < sizes[0])
        // Both stay as they are.
        let stamps = [path, narrowPath].map { FileStamp(path: $0) }
        for (kept, expected) in [(cohort, plain), (narrow, rounded(plain))] {
            let again = try kept.withCachedFeatures(writing: true)
            #expect(again.notes.isEmpty && again.damage.isEmpty)
            #expect(try features(again.cohort) == expected)
        }
        #expect([path, narrowPath].map { FileStamp(path: $0) } == stamps)
    }

    @Test func aFileOfTheOtherPrecisionIsNeverRead() throws {
        let plain = try features(cohort)
        let narrow = cohort.keepingFeatures(in: .bf16)
        _ = try narrow.withCachedFeatures(writing: true)
        try FileManager.default.moveItem(atPath: narrowPath, toPath: path)
        #expect(throws: FeatureCache.Defect.otherPrecision(.bf16)) {
            _ = try FeatureCache(path: path, precision: .fp32)
        }
        #expect(try features(cohort.withCachedFeatures(writing: false).cohort) == plain)
        let anew = try cohort.withCachedFeatures(writing: true)
        #expect(anew.notes.first == "the feature cache \(path) holds features in bf16; written anew")
        #expect(try isMapped(anew.cohort) && features(anew.cohort) == plain)
        // The other way as well: what is under the name of one is not taken for it.
        try FileManager.default.moveItem(atPath: path, toPath: narrowPath)
        let back = try narrow.withCachedFeatures(writing: true)
        #expect(back.notes.first == "the feature cache \(narrowPath) holds features in fp32; written anew")
        #expect(try features(back.cohort) == rounded(plain))
    }

    @Test func whatIsCachedInFullIsRoundedFromThere() throws {
        let plain = try features(cohort)
        _ = try cohort.withCachedFeatures(writing: true)
        // Predictions write nothing, but read what there is.
        let narrow = cohort.keepingFeatures(in: .bf16)
        let read = try narrow.withCachedFeatures(writing: false)
        #expect(try isMapped(read.cohort) && features(read.cohort) == rounded(plain))
        #expect(!FileManager.default.fileExists(atPath: narrowPath))
        // Writing takes the values from there; a source that only looks as it did is not decoded.
        let source = slides + "/patient02.h5"
        let stamp = try #require(FileStamp(path: source))
        var status = stat()
        stat(source, &status)
        let other = try FileHandle(forWritingTo: URL(fileURLWithPath: source))
        try other.write(contentsOf: Data(repeating: 0, count: Int(stamp.size)))
        try other.close()
        var times = [status.st_atim, status.st_mtim]
        utimensat(AT_FDCWD, source, &times, 0)
        let written = try narrow.withCachedFeatures(writing: true)
        #expect(written.warnings.isEmpty)
        #expect(try features(written.cohort) == rounded(plain))
        // Reading ahead gives the same.
        let ahead = try bags(written.cohort, "histology").readingAhead()
        ahead.expect([3, 1, 2])
        for patient in [3, 1, 2] { #expect(try ahead.features(of: patient) == rounded(plain)[patient]) }
    }

    @Test func damageInEitherPrecisionIsNeverGivenOut() throws {
        let plain = try features(cohort)
        let narrow = cohort.keepingFeatures(in: .bf16)
        _ = try narrow.withCachedFeatures(writing: true)
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: narrowPath))
        try file.seek(toOffset: 4096 + 100)
        try file.write(contentsOf: [0xff, 0x7f])
        try file.close()
        let read = try narrow.withCachedFeatures(writing: false)
        #expect(try features(read.cohort) == rounded(plain))
        #expect(read.damage.count == 1 && !FileManager.default.fileExists(atPath: narrowPath))
    }

    @Test func nothingIsWrittenWhereNoneIsWanted() throws {
        let read = try cohort.withCachedFeatures(writing: false)
        #expect(read.notes.isEmpty && !FileManager.default.fileExists(atPath: path))
        var without = cohort
        try without.attach("histology", folder: slides, caching: false)
        _ = try without.withCachedFeatures(writing: true)
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    /// Another cohort's slides are kept beside those it asks for.
    @Test func patientsAreAdded() throws {
        _ = try cohort[[0, 1]].withCachedFeatures(writing: true)
        let whole = try cohort.withCachedFeatures(writing: true)
        #expect(whole.notes.count == 1)
        let stamp = FileStamp(path: path)
        _ = try cohort[[5]].withCachedFeatures(writing: true)
        #expect(FileStamp(path: path) == stamp)
        _ = try cohort[[1, 0]].withCachedFeatures(writing: true)
        #expect(FileStamp(path: path) == stamp)
        #expect(try features(whole.cohort) == features(cohort))
    }

    @Test func whatIsNotWholeIsWrittenAnew() throws {
        let plain = try features(cohort)
        _ = try cohort.withCachedFeatures(writing: true)
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        var otherVersion = whole
        otherVersion[8] = 9
        var head = whole
        head[20] ^= 1
        var index = whole
        index[whole.count - 3] ^= 1
        let cases: [(Data, String)] = [
            (Data(), "was cut short"), (whole.prefix(60), "was cut short"), (whole.prefix(4096), "was cut short"),
            (whole.prefix(whole.count / 2), "was cut short"), (whole.dropLast(), "was cut short"),
            (whole + Data([0]), "was cut short"), (Data(repeating: 7, count: 9000), "is no feature cache"),
            (otherVersion, "is of version 9, not 1"), (head, "is damaged"), (index, "is damaged"),
        ]
        for (data, text) in cases {
            try data.write(to: URL(fileURLWithPath: path))
            let read = try cohort.withCachedFeatures(writing: false)
            #expect(try !isMapped(read.cohort))
            #expect(try features(read.cohort) == plain)
            let again = try cohort.withCachedFeatures(writing: true)
            #expect(again.notes.first == "the feature cache \(path) \(text); written anew")
            #expect(try isMapped(again.cohort))
            #expect(try features(again.cohort) == plain)
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == whole)
        }
    }

    @Test func damagedValuesAreNeverGivenOut() throws {
        let plain = try features(cohort)
        _ = try cohort.withCachedFeatures(writing: true)
        var data = try Data(contentsOf: URL(fileURLWithPath: path))
        data[4096 + 300 * 16 * 2] ^= 4
        try data.write(to: URL(fileURLWithPath: path))
        let cached = try cohort.withCachedFeatures(writing: true)
        #expect(try isMapped(cached.cohort) && cached.notes.isEmpty)
        #expect(try features(cached.cohort) == plain)
        #expect(cached.damage.count == 1 && cached.damage[0].contains("\(path) was damaged and is gone"))
        #expect(!FileManager.default.fileExists(atPath: path))
        let next = try cohort.withCachedFeatures(writing: true)
        #expect(try features(next.cohort) == plain && next.damage.isEmpty)
    }

    /// Cut while it is mapped: an error of the system call, not a signal.
    @Test func cutWhileMapped() throws {
        let plain = try features(cohort)
        let cached = try cohort.withCachedFeatures(writing: true)
        truncate(path, 8192)
        #expect(try features(cached.cohort) == plain)
        #expect(cached.damage.count == 1)
    }

    @Test func changedSourcesAreReadAgain() throws {
        _ = try cohort.withCachedFeatures(writing: true)
        let before = try features(cohort)
        // Other values, the same shape and size.
        let other = SimulationParameters(patients: 6, patches: 300, features: 16, sets: 5, genes: 2, seed: 5)
        _ = try Cohort.simulated(other, folder: folder.path + "/others")
        try FileManager.default.removeItem(atPath: slides + "/patient04.h5")
        try FileManager.default.copyItem(
            atPath: folder.path + "/others/patient04.h5", toPath: slides + "/patient04.h5")
        let stale = try cohort.withCachedFeatures(writing: false)
        #expect(try features(stale.cohort) == features(cohort))
        let fresh = try cohort.withCachedFeatures(writing: true)
        #expect(try isMapped(fresh.cohort) && fresh.notes.count == 1)
        let after = try features(fresh.cohort)
        #expect(after[3] != before[3])
        #expect(try after == features(cohort))
        // Of another width: the file is named.
        try FileManager.default.removeItem(atPath: slides + "/patient05.h5")
        try FileManager.default.copyItem(
            at: Checkout.patches.appendingPathComponent("wide.h5"),
            to: URL(fileURLWithPath: slides + "/patient05.h5"))
        expectMessage("patient05.h5", "the data set has changed its shape") {
            _ = try cohort.withCachedFeatures(writing: true)
        }
        #expect(leftovers.isEmpty)
    }

    @Test func valuesThatAreNotFiniteNameTheFile() throws {
        let lone = folder.path + "/lone"
        try folder.write("lone/Q.h5", Data(contentsOf: Checkout.patches.appendingPathComponent("nan.h5")))
        var one = try readCohort(folder.write("one.csv", "id,time,event\nQ,1,1\n"))
        try one.attach("histology", folder: lone)
        expectMessage("Q.h5: feature 2 of patch 4 is nan") { _ = try one.withCachedFeatures(writing: true) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: lone) == ["Q.h5"])
    }

    @Test func leftoversGoUnlessSomebodyWritesThem() throws {
        _ = try folder.write("slides/tta-features.cache.part-1-2", "a process that was killed")
        let busy = try folder.write("slides/tta-features.cache.part-3-4", "a process at work")
        let file = open(busy, O_RDWR)
        flock(file, LOCK_EX)
        _ = try cohort.withCachedFeatures(writing: true)
        #expect(leftovers == ["tta-features.cache.part-3-4"])
        close(file)
    }

    @Test func anInterruptionLeavesNothing() throws {
        struct Interrupted: Error {}
        #expect(throws: Interrupted.self) {
            _ = try cohort.withCachedFeatures(writing: true) { if $1 > 0.5 { throw Interrupted() } }
        }
        #expect(leftovers.isEmpty && !FileManager.default.fileExists(atPath: path))
    }

    /// A file system of its own on a folder; nil where mounting is not allowed.
    private func mounted(_ options: String, _ body: (String) throws -> Void) throws {
        let place = folder.path + "/mount"
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        let mount = URL(fileURLWithPath: "/usr/bin/mount")
        guard getuid() == 0, (try? Checkout.run(mount, ["-t", "tmpfs", "-o", options, "none", place])) != nil else {
            print("skipped: mounting a tmpfs is not allowed here")
            return
        }
        defer { _ = try? Checkout.run(URL(fileURLWithPath: "/usr/bin/umount"), ["-l", place]) }
        try body(place)
    }

    @Test func aFullDiskIsOneWarning() throws {
        // Room for the seven slides of 300 × 16, but not for as much again.
        try mounted("size=240k") { place in
            for name in try FileManager.default.contentsOfDirectory(atPath: slides) where name.hasSuffix(".h5") {
                try FileManager.default.copyItem(atPath: "\(slides)/\(name)", toPath: "\(place)/\(name)")
            }
            var full = cohort
            try full.attach("histology", folder: place)
            let read = try full.withCachedFeatures(writing: true)
            #expect(
                read.warnings == [
                    "histology: no feature cache can be written to \(place)/tta-features.cache (No space left on device); "
                        + "features are read from their own files in every epoch"
                ])
            #expect(try features(read.cohort) == features(cohort))
            #expect(try !FileManager.default.contentsOfDirectory(atPath: place).contains { $0.contains("cache") })
        }
    }

    @Test func whereTheFolderCannotBeWrittenTo() throws {
        try mounted("size=4m") { place in
            for name in try FileManager.default.contentsOfDirectory(atPath: slides) where name.hasSuffix(".h5") {
                try FileManager.default.copyItem(atPath: "\(slides)/\(name)", toPath: "\(place)/\(name)")
            }
            // Somebody else's cache of some of the slides.
            var part = cohort[[0, 1]]
            try part.attach("histology", folder: place)
            #expect(try part.withCachedFeatures(writing: true).warnings.isEmpty)
            _ = try Checkout.run(URL(fileURLWithPath: "/usr/bin/mount"), ["-o", "remount,ro", place])
            var locked = cohort
            try locked.attach("histology", folder: place)
            let environment = ["XDG_CACHE_HOME": folder.path + "/caches"]
            let kept = FeatureCachePlace(folder: place, precision: .fp32, environment: environment)
            let path = try kept.write(bags(locked, "histology"), reusing: nil) { _ in }
            #expect(path.hasPrefix(folder.path + "/caches/tta/features/") && path.hasSuffix(".cache"))
            let found = try #require(kept.find(for: bags(locked, "histology")).cache)
            #expect(try bags(locked, "histology").isWhole(in: found))
            let mapped = try bags(locked, "histology").reading(from: found)
            #expect(try (0..<6).map { try mapped.features(of: $0) } == features(cohort))
            // Relative paths are ignored, as the standard has it; then the home is asked.
            let home = FeatureCachePlace(
                folder: place, precision: .fp32, environment: ["XDG_CACHE_HOME": "here", "HOME": "/home/x"])
            #expect(home.paths[1].hasPrefix("/home/x/.cache/tta/features/"))
        }
    }

    @Test func readingAheadGivesTheSameBags() throws {
        let plain = try features(cohort)
        for source in [cohort, try cohort.withCachedFeatures(writing: true).cohort] {
            let ahead = try bags(source, "histology").readingAhead()
            for order in [[3, 1, 5, 0, 2, 4], [0, 1], [5, 4, 3, 2, 1, 0]] {
                ahead.expect(order)
                for patient in order { #expect(try ahead.features(of: patient) == plain[patient]) }
                // Nobody is expected any more.
                #expect(try ahead.features(of: 2) == plain[2])
            }
            // Others than expected, and an expectation given up.
            ahead.expect([0, 1, 2])
            #expect(try ahead.features(of: 4) == plain[4])
            ahead.expect([2])
            #expect(try ahead.features(of: 2) == plain[2])
        }
        let ahead = try bags(cohort, "histology").readingAhead()
        try FileManager.default.removeItem(atPath: slides + "/patient02.h5")
        ahead.expect([0, 1, 2])
        #expect(try ahead.features(of: 0) == plain[0])
        expectMessage("patient02.h5", "cannot be read") { _ = try ahead.features(of: 1) }
        #expect(try ahead.features(of: 2) == plain[2])
    }

    @Test func simulatedFolders() throws {
        let again = try Cohort.simulated(parameters, folder: slides)
        let bags = try bags(again, "histology")
        #expect(try bags.features(of: 3) == features(cohort)[3])
        #expect(try bags.coordinates(of: 0)?.prefix(4) == [0, 0, 256, 0])
        let truth = try #require(again.truth?.informative["histology"])
        #expect(truth.allSatisfy { $0.count == 300 })
        // One that is missing or half is made again, the others stay.
        let stamp = FileStamp(path: slides + "/patient02.h5")
        let expected = try features(cohort)[0]
        try Data("half".utf8).write(to: URL(fileURLWithPath: slides + "/patient01.h5"))
        _ = try Cohort.simulated(parameters, folder: slides)
        #expect(try features(cohort)[0] == expected && FileStamp(path: slides + "/patient02.h5") == stamp)
        var other = parameters
        other.seed = 5
        expectMessage("slides: there are patch features in it that are not of this simulation", "an empty folder") {
            _ = try Cohort.simulated(other, folder: slides)
        }
        try folder.write("real/x.h5", Data())
        expectMessage("not of this simulation") { _ = try Cohort.simulated(other, folder: folder.path + "/real") }
        other.mostPatches = 20
        expectMessage("most_patches=20 is less than patches=300") { _ = try Cohort.simulated(other) }
        other.patches = 4
        let varied = try Cohort.simulated(other)
        let counts = Set((0..<6).map { varied.patchCount($0) })
        #expect(counts.count > 1 && counts.allSatisfy { (4...20).contains($0) })
    }
}

extension Cohort {
    fileprivate func patchCount(_ patient: Int) -> Int {
        guard case .patches(let bags) = modalities[0].content else { return 0 }
        return bags.count(of: patient)
    }
}
