using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>What can be read around a bad sector is read.</summary>
public sealed class SectorReadTests
{
    private const string FilePath = "/file";
    private const int SectorSizeBytes = 4096;

    [Fact]
    public void Only_the_sector_that_cannot_be_read_shows_zeros()
    {
        var disk = new SimulatedDisk(new Random(1));
        var content = new byte[(5 * SectorSizeBytes) + 100];
        content.AsSpan().Fill(7);
        disk.Replace(FilePath, content);
        disk.UnreadableByte = (2 * SectorSizeBytes) + 9;
        using var file = disk.Open(FilePath);
        var read = new byte[content.Length - 50];

        var unreadable = SectorRead.Fill(file.Read, 50, read);

        Assert.Equal(2 * SectorSizeBytes, unreadable);
        content.AsSpan(2 * SectorSizeBytes, SectorSizeBytes).Clear();
        Assert.Equal(content[50..], read);
    }

    [Fact]
    public void A_file_that_ends_early_is_filled_as_far_as_it_goes()
    {
        var disk = new SimulatedDisk(new Random(1));
        disk.Replace(FilePath, new byte[] { 1, 2, 3 });
        using var file = disk.Open(FilePath);
        var read = new byte[] { 9, 9, 9, 9 };
        Assert.Null(SectorRead.Fill(file.Read, 1, read));
        Assert.Equal([2, 3, 9, 9], read);
    }
}
