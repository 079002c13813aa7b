using System.Buffers;
using EdgeStream.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeStream.Delivery.Tests;

public sealed class FolderDestinationTests : IDisposable
{
    private const string Hour = "site/2026/11/20/12";
    private readonly TemporaryFolder _folder = new();

    private string Root => _folder.Combine("delivered");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_object_becomes_a_file_and_nothing_else_is_left()
    {
        using var destination = Open();
        Assert.Equal(SendResult.Accepted, await SendAsync(destination, NameOf(1), 100_000));
        Assert.Equal([PathOf(NameOf(1))], Directory.GetFiles(Root, "*", SearchOption.AllDirectories));
        Assert.Equal(ContentOf(100_000), await File.ReadAllBytesAsync(PathOf(NameOf(1))));
        Assert.Equal(SendOutcome.Accepted, (await destination.FindAsync(NameOf(1), default)).Outcome);
        Assert.Equal(SendOutcome.Absent, (await destination.FindAsync(NameOf(2), default)).Outcome);
    }

    [Fact]
    public async Task An_object_sent_again_replaces_the_file_and_what_a_crash_left_of_it()
    {
        using var destination = Open();
        await SendAsync(destination, NameOf(1), 10);
        var partial = Path.Combine(Root, Hour, $".{Path.GetFileName(NameOf(1))}.partial");
        await File.WriteAllTextAsync(partial, "torn");
        await SendAsync(destination, NameOf(1), 20);
        Assert.Equal(ContentOf(20), await File.ReadAllBytesAsync(PathOf(NameOf(1))));
        Assert.False(File.Exists(partial));
    }

    [Fact]
    public async Task A_write_that_fails_leaves_no_file_and_is_retryable()
    {
        using var destination = Open();
        Directory.CreateDirectory(PathOf(NameOf(1)));
        var result = await SendAsync(destination, NameOf(1), 10);
        Assert.NotEqual(SendOutcome.Accepted, result.Outcome);
        Assert.Empty(Directory.GetFiles(Root, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_full_disk_is_retryable_and_says_so()
    {
        using var destination = new FolderDestination(
            new FolderDestinationOptions { Path = "/dev/full/delivered" }, "backup", NullLogger.Instance);
        var result = await SendAsync(destination, NameOf(1), 10);
        Assert.Equal(SendOutcome.Retryable, result.Outcome);
        Assert.Contains("/dev/full", result.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../up.jsonl")]
    [InlineData("a/../../up.jsonl")]
    [InlineData("/etc/up.jsonl")]
    public async Task A_name_that_leaves_the_root_is_rejected(string name)
    {
        using var destination = Open();
        Assert.Equal(SendOutcome.Rejected, (await SendAsync(destination, name, 10)).Outcome);
        Assert.False(File.Exists(_folder.Combine("up.jsonl")));
    }

    [Fact]
    public async Task A_link_below_the_root_is_not_followed()
    {
        var outside = Directory.CreateDirectory(_folder.Combine("outside")).FullName;
        Directory.CreateDirectory(Root);
        File.CreateSymbolicLink(Path.Combine(Root, "site"), outside);
        using var destination = Open();
        var result = await SendAsync(destination, NameOf(1), 10);
        Assert.Equal(SendOutcome.Rejected, result.Outcome);
        Assert.Contains("symbolic link", result.Reason, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(outside));
    }

    [Fact]
    public async Task The_oldest_files_go_when_the_folder_reaches_its_size_and_others_files_stay()
    {
        const int Size = 300 << 10;
        Directory.CreateDirectory(Path.Combine(Root, "site/2020"));
        var foreign = Path.Combine(Root, "site/2020/photo.jpg");
        await File.WriteAllBytesAsync(foreign, new byte[2 << 20]);
        using (var earlier = Open())
        {
            await SendAsync(earlier, NameOf(1, "site/2026/11/20/11"), Size);
        }

        using var destination = Open(maximumBytes: 1 << 20);
        await SendAsync(destination, NameOf(2), Size);
        await SendAsync(destination, NameOf(3), Size);
        Assert.Equal(0, destination.RemovedObjects);
        await SendAsync(destination, NameOf(4), Size);

        Assert.Equal(1, destination.RemovedObjects);
        Assert.True(File.Exists(foreign));
        Assert.False(Directory.Exists(Path.Combine(Root, "site/2026/11/20/11")));
        Assert.Equal([2, 3, 4], SequencesLeft());
        await SendAsync(destination, NameOf(4), Size);
        Assert.Equal([2, 3, 4], SequencesLeft());
    }

    [Fact]
    public async Task A_file_written_while_the_clock_stood_at_1970_goes_by_its_sequence_numbers()
    {
        const int Size = 300 << 10;
        using var destination = Open(maximumBytes: 1 << 20);
        await SendAsync(destination, NameOf(1), Size);
        await SendAsync(destination, NameOf(2), Size);
        var early = NameOf(3, "site/1970/01/01/00");
        await SendAsync(destination, early, Size);
        File.SetLastWriteTimeUtc(PathOf(early), DateTime.UnixEpoch);
        await SendAsync(destination, NameOf(4), Size);
        Assert.Equal([2, 3, 4], SequencesLeft());
        await SendAsync(destination, NameOf(5), Size);
        await SendAsync(destination, NameOf(6), Size);
        Assert.Equal([4, 5, 6], SequencesLeft());
        Assert.Equal(3, destination.RemovedObjects);
        Assert.False(Directory.Exists(Path.Combine(Root, "site/1970")));
    }

    [Fact]
    public async Task Of_two_shards_the_file_written_earlier_goes_first()
    {
        const int Size = 300 << 10;
        using var destination = Open(maximumBytes: 1 << 20);
        var other = NameOf(900).Replace("000000000000-", "000000000001-", StringComparison.Ordinal);
        await SendAsync(destination, other, Size);
        File.SetLastWriteTimeUtc(PathOf(other), new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        await SendAsync(destination, NameOf(1), Size);
        await SendAsync(destination, NameOf(2), Size);
        await SendAsync(destination, NameOf(3), Size);
        Assert.Equal([1, 2, 3], SequencesLeft());
    }

    private FolderDestination Open(long? maximumBytes = null) =>
        new(new FolderDestinationOptions { Path = Root, MaximumBytes = maximumBytes }, "backup", NullLogger.Instance);

    private string PathOf(string name) => Path.Combine(Root, name);

    private int[] SequencesLeft() =>
        [.. Directory.GetFiles(Root, "backup-*", SearchOption.AllDirectories)
            .Select(file => int.Parse(Path.GetFileName(file).Split('-')[4])).Order()];

    private static string NameOf(int sequence, string hour = Hour) =>
        $"{hour}/backup-0a1b2c3d-shardId-000000000000-{sequence:D20}-{sequence:D20}.jsonl";

    private static byte[] ContentOf(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)i)];

    private static ValueTask<SendResult> SendAsync(FolderDestination destination, string name, int length) =>
        destination.SendAsync(
            new DeliveryObject(name, "application/x-ndjson", new ReadOnlySequence<byte>(ContentOf(length))), default);
}
