using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Streams.Tests.Groups;

/// <summary>The member that the room's README shows.</summary>
public sealed class GroupMemberExampleTests
{
    private const string Begin = "\n    // <example>\n";
    private const string End = "\n    // </example>\n";

    private delegate void RecordHandler(StreamRecord record);

    // <example>
    /// <summary>About three times in the lease duration: what this member has of the stream, as far as it is
    /// there.</summary>
    private static async Task TurnAsync(ConsumerGroup group, string member, RecordHandler handle)
    {
        var acquired = await group.AcquireAsync(member);
        var claims = acquired.Select(lease => new LeaseClaim(lease.Shard.Id, lease.Counter)).ToList();
        foreach (var lease in await group.RenewAsync(member, claims))
        {
            var claim = new LeaseClaim(lease.Shard.Id, lease.Counter);
            using var reader = lease.OpenReader();
            var done = lease.Checkpoint;
            while (reader.TryRead(out var record))
            {
                handle(record);
                done = new GroupCheckpoint(record.Sequence, reader.IsWithinRecord ? record.SubSequence : null);
            }

            // At its end the children come; null says so. Otherwise the next turn goes on behind what is done.
            await group.CheckpointAsync(member, claim, reader.Reader.IsAtEnd ? null : done);
            if (lease.HandoverTo is not null)
            {
                await group.ReleaseAsync(member, claim);
            }
        }
    }

    // </example>
    [Fact]
    public async Task Two_members_read_every_record_once_and_in_its_order_over_a_split()
    {
        await using var stage = await GroupStage.StartAsync();
        var group = await stage.GroupAsync();
        var read = new List<(string Shard, string Text)>();
        await stage.AppendAsync(3);
        await TurnAsync(group, "a", record => read.Add(("0", Encoding.UTF8.GetString(record.Data))));
        await stage.Store.SplitShardAsync("readings", stage.Stream.OpenShards[0].Id, (UInt128)1 << 127);
        await stage.AppendAsync(2);
        for (var turn = 0; turn < 3; turn++)
        {
            await TurnAsync(group, "a", record => read.Add(("a", Encoding.UTF8.GetString(record.Data))));
            await TurnAsync(group, "b", record => read.Add(("b", Encoding.UTF8.GetString(record.Data))));
        }

        Assert.Equal(["0", "1", "2"], read[..3].Select(item => item.Text));
        Assert.Equal(["0", "0", "1", "1"], read[3..].Select(item => item.Text).Order(StringComparer.Ordinal));
        Assert.Equal(0, group.PendingRecords);
    }

    [Fact]
    public void The_readme_shows_this_member()
    {
        var source = File.ReadAllText(RepositoryFolder.Combine(
            "tests", "EdgeStream.Streams.Tests", "Groups", "GroupMemberExampleTests.cs"));
        var example = source[(source.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)..];
        example = example[..example.IndexOf(End, StringComparison.Ordinal)];
        var lines = example.Split('\n').Select(line => line.StartsWith("    ", StringComparison.Ordinal)
            ? line[4..] : line);
        Assert.Contains(
            string.Join('\n', lines).Trim(),
            File.ReadAllText(RepositoryFolder.Combine("src", "EdgeStream.Streams", "README.md")),
            StringComparison.Ordinal);
    }
}
