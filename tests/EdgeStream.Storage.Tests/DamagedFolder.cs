using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>A <see cref="LivedFolder"/> in which something was hit.</summary>
/// <param name="Disk">Where it is.</param>
/// <param name="Hits">What was hit.</param>
/// <param name="Values">Every record that it held.</param>
/// <param name="Safe">Those in files that were not hit.</param>
/// <param name="Newest">The newest one.</param>
/// <param name="IsEndSafe">Whether the segment that was being written was not hit.</param>
/// <param name="MayReadAgain">
/// Whether a sector that cannot be read holds what was written there: otherwise it shows something new, such as an old
/// copy of frames, when it can be read again.
/// </param>
internal sealed record DamagedFolder(
    SimulatedDisk Disk,
    IReadOnlyList<string> Hits,
    IReadOnlyDictionary<long, string> Values,
    IReadOnlyList<long> Safe,
    long Newest,
    bool IsEndSafe,
    bool MayReadAgain);
