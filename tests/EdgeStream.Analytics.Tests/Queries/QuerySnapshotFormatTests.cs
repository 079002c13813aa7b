namespace EdgeStream.Analytics.Tests;

/// <summary>Bytes that are on disks: a change here needs a new version and the old one still read.</summary>
public sealed class QuerySnapshotFormatTests
{
    private const string Header = "01" + "0000000000000000000000000000000000000000000000000000000000000000"
        + "0200" + "6531" + "0200" + "7231" // epoch, reader
        + "01" + "02000000" + "0300000000000000" + "EFBEADDE" // set, chunks, size, checksum
        + "01000000" + "0100" + "73" + "0200" + "7330" + "0700000000000000" + "02000000" + "0900000000000000"
        + "01000000" + "0100" + "4F" + "0500000000000000";

    [Fact]
    public void The_header_is_frozen()
    {
        var snapshot = new QuerySnapshot(
            new byte[32], "e1", "r1", 1, 2, 3, 0xDEADBEEF,
            [new InputPosition("s", "s0", 7, 2, 9)], [KeyValuePair.Create("O", 5L)]);

        Assert.Equal(Header, Convert.ToHexString(snapshot.ToBytes()));
        var read = QuerySnapshot.TryRead(Convert.FromHexString(Header));
        Assert.NotNull(read);
        Assert.Equal(("e1", "r1", (byte)1, 2, 3L, 0xDEADBEEF), (
            read.Epoch, read.ReaderId, read.Set, read.ChunkCount, read.SizeBytes, read.Checksum));
        Assert.Equal(snapshot.Positions, read.Positions);
        Assert.Equal(snapshot.Ordinals, read.Ordinals);
    }

    [Fact]
    public void A_header_of_another_version_or_a_cut_one_is_not_used()
    {
        var bytes = Convert.FromHexString(Header);
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Null(QuerySnapshot.TryRead(bytes.AsSpan(0, length)));
        }

        bytes[0] = 2;
        Assert.Null(QuerySnapshot.TryRead(bytes));
    }

    [Fact]
    public void The_state_of_a_tumbling_aggregation_is_frozen()
    {
        var script = QueryScript.Of(
            "SELECT STREAM k, COUNT(*) AS n FROM s GROUP BY k, STEP(s.ROWTIME BY INTERVAL '1' SECOND);",
            [new QueryInput { Stream = "S", Columns = [new QueryInputColumn("K", null)] }],
            [("S", 500_000, """{"K":"ab"}""")]);
        var run = new ScriptRun(script);
        run.Run();
        var output = new ByteBuffer();
        run.Graph.Save(output);

        Assert.Equal(
            "20A1070000000000" + "01000000" // clock, operators
            + "20A1070000000000" + "40420F0000000000" // first row, end of the window
            + "01000000" + "12000000" + "0300" + "02000000" + "6162" + "0400" + "0000000000000000" // groups, key
            + "20A1070000000000" + "0000000000000000" // first row, end
            + "0100000000000000",
            Convert.ToHexString(output.Written));
    }

    [Fact]
    public void The_keys_of_the_state_are_frozen()
    {
        Assert.Equal("queries/q", SnapshotKeys.Header("q"));
        Assert.Equal("queries/q/state/1/0007", SnapshotKeys.Chunk("q", 1, 7));
        Assert.Equal("queries-journal/r/000012", SnapshotKeys.Journal("r", 12));
        Assert.Equal("q", SnapshotKeys.QueryOf(SnapshotKeys.Chunk("q", 1, 7)));
    }

    [Fact]
    public void A_journal_comes_back_at_its_places()
    {
        var journal = new InputJournal();
        journal.Note(new InputPosition("s", "s0", 4, 0, 100));
        journal.Note(new InputPosition("s", "s0", 4, 0, 200));
        journal.Note(new InputPosition("s", "s0", 6, 0, 300));
        var bytes = new ByteBuffer();
        journal.SaveUnsaved(bytes);
        Assert.Equal(2 * (2 + 1 + 2 + 2 + 8 + 4 + 8), bytes.Length);

        var read = new InputJournal();
        read.Load(bytes.Written);

        Assert.False(read.TryTake("s", "s0", 4, out _));
        Assert.True(read.TryTake("s", "s0", 5, out var first));
        Assert.Equal(200, first);
        Assert.True(read.TryTake("s", "s0", long.MaxValue, out var second));
        Assert.Equal(300, second);
        Assert.False(read.HasUnsaved);
    }
}
