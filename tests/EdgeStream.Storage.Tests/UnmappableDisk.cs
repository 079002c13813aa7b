using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>
/// Another disk on which no file is mapped that has a sector which the device cannot read: a real one would end the
/// process.
/// </summary>
internal sealed class UnmappableDisk(SimulatedDisk disk) : DiskAround(disk)
{
    private readonly SimulatedDisk _disk = disk;

    protected override IDiskFile Around(string path, IDiskFile file) => new UnmappableFile(_disk, path, file);

    private sealed class UnmappableFile(SimulatedDisk disk, string path, IDiskFile file) : FileAround(file)
    {
        public override MappedRegion Map()
        {
            Assert.True(
                disk.UnreadableByte is not { } bad || disk.UnreadablePath != path || bad >= SizeBytes,
                $"{path} is mapped and cannot be read");
            return base.Map();
        }
    }
}
