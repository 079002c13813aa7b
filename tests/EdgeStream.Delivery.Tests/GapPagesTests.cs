using EdgeStream.Storage;
using EdgeStream.Streams;
using EdgeStream.Testing;

namespace EdgeStream.Delivery.Tests;

/// <summary>Gaps stay named in pages, of which few are written again.</summary>
public sealed class GapPagesTests
{
    private const string Key = "deliveries/d/shardId-000000000000";

    [Fact]
    public async Task Every_gap_is_named_after_a_restart_and_the_oldest_page_becomes_a_number()
    {
        using var folder = new TemporaryFolder("gaps");
        await using var streams = StreamStore.Open(new StreamStoreOptions { Folder = folder.Path });
        var store = streams.State;
        var kept = GapList.GapsMax * (GapPages.PagesMax + 1);
        var pages = new GapPages();
        for (var number = 1; number <= kept; number++)
        {
            pages.Add(GapOf(number));
            if (number % 100 == 0)
            {
                pages = await SaveAsync(store, pages);
            }
        }

        pages = await SaveAsync(store, pages);
        Assert.Equal(Enumerable.Range(1, kept).Select(number => GapOf(number)), pages.All());
        Assert.Equal(0, pages.ForgottenRecords);

        pages.Add(GapOf(kept + 1));
        pages = await SaveAsync(store, pages);
        Assert.Equal(
            Enumerable.Range(GapList.GapsMax + 1, kept + 1 - GapList.GapsMax).Select(number => GapOf(number)),
            pages.All());
        Assert.Equal(GapList.GapsMax * 2, pages.ForgottenRecords);
        Assert.False(store.TryGet($"{Key}/gaps/0000000001", out _));
        Assert.True(store.TryGet($"{Key}/gaps/0000000016", out _));
    }

    [Fact]
    public async Task A_gap_more_writes_the_list_alone()
    {
        using var folder = new TemporaryFolder("gaps");
        await using var streams = StreamStore.Open(new StreamStoreOptions { Folder = folder.Path });
        var store = streams.State;
        var pages = new GapPages();
        for (var number = 1; number <= GapList.GapsMax + 1; number++)
        {
            pages.Add(GapOf(number));
        }

        pages = await SaveAsync(store, pages);
        pages.Add(GapOf(1000));
        Assert.True(pages.IsChanged);
        await store.CommitAsync(new StateBatch().Put($"{Key}/gaps/0000000001", new byte[] { 9 }));
        await SaveAsync(store, pages);
        Assert.True(store.TryGet($"{Key}/gaps/0000000001", out var page));
        Assert.Equal([9], page.ToArray());
    }

    [Fact]
    public async Task Gaps_of_another_stream_are_forgotten_with_their_pages()
    {
        using var folder = new TemporaryFolder("gaps");
        await using var streams = StreamStore.Open(new StreamStoreOptions { Folder = folder.Path });
        var store = streams.State;
        var pages = new GapPages();
        for (var number = 1; number <= GapList.GapsMax * 2; number++)
        {
            pages.Add(GapOf(number));
        }

        pages = await SaveAsync(store, pages);
        pages.Clear();
        pages = await SaveAsync(store, pages);
        Assert.Empty(pages.All());
        Assert.Equal([$"{Key}/gaps"], store.List(Key).Select(item => item.Key));
    }

    private static Gap GapOf(int number) =>
        new(10 * number, (10 * number) + 1, GapWhy.Evicted, default, new Timestamp(number));

    /// <summary>Writes what has changed, and reads all anew.</summary>
    private static async Task<GapPages> SaveAsync(StateStore store, GapPages pages)
    {
        var batch = new StateBatch();
        pages.AddChanges(batch, Key);
        Assert.False(pages.IsChanged);
        await store.CommitAsync(batch);
        var read = new GapPages();
        foreach (var (key, value) in store.List(Key))
        {
            read.Load(key.AsSpan(Key.Length), value);
        }

        return read;
    }
}
