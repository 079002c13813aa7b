using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Analytics.Tests;

public sealed class KeyTableTests
{
    [Fact]
    public void Random_use_keeps_the_keys_that_a_naive_list_keeps()
    {
        foreach (var seed in TestSeed.Take(30))
        {
            TestSeed.Run(seed, random =>
            {
                const int Capacity = 20;
                var table = new KeyTable<KeyClock>(Capacity, new UnsavedSize(100));
                var oldestFirst = new List<string>();
                var pinned = new HashSet<string>();
                for (var step = 1; step < 3000; step++)
                {
                    var key = $"key-{random.Next(40)}";
                    var bytes = Encoding.UTF8.GetBytes(key);
                    var index = table.Find(bytes, KeyHash.Of(bytes));
                    Assert.Equal(oldestFirst.Contains(key) || pinned.Contains(key), index >= 0);
                    Use(random, table, bytes, key, index, step, oldestFirst, pinned, Capacity);
                    Assert.Equal(oldestFirst.Count + pinned.Count, table.Count);
                }
            });
        }
    }

    [Fact]
    public void Changes_are_reported_once_and_only_saved_keys_are_reported_gone()
    {
        var table = new KeyTable<KeyClock>(2, new UnsavedSize(100));
        Touch(table, "a");
        Touch(table, "b");
        Touch(table, "a");
        Assert.Equal("+a +b", Changes(table));
        Assert.Equal("", Changes(table));

        Touch(table, "c");
        Touch(table, "d");
        Touch(table, "e");
        Assert.Equal("+d +e -a -b", Changes(table));
    }

    private static void Use(
        Random random, KeyTable<KeyClock> table, byte[] bytes, string key, int index, int step,
        List<string> oldestFirst, HashSet<string> pinned, int capacity)
    {
        switch (index >= 0 ? random.Next(6) : 5)
        {
            case 0 when pinned.Count < capacity - 1:
                table.Pin(index);
                pinned.Add(key);
                oldestFirst.Remove(key);
                break;
            case 1:
                table.Unpin(index);
                if (pinned.Remove(key))
                {
                    oldestFirst.Add(key);
                }

                break;
            case 2:
                table.Remove(index);
                oldestFirst.Remove(key);
                pinned.Remove(key);
                break;
            default:
                table.Touch(table.GetOrAdd(bytes, KeyHash.Of(bytes)), step);
                if (!pinned.Contains(key))
                {
                    oldestFirst.Remove(key);
                    oldestFirst.Add(key);
                    if (oldestFirst.Count + pinned.Count > capacity)
                    {
                        oldestFirst.RemoveAt(0);
                    }
                }

                break;
        }
    }

    private static void Touch(KeyTable<KeyClock> table, string key)
    {
        var bytes = Encoding.UTF8.GetBytes(key);
        table.Touch(table.GetOrAdd(bytes, KeyHash.Of(bytes)), 1);
    }

    private static string Changes(KeyTable<KeyClock> table)
    {
        var changes = new List<string>();
        table.TakeChanges(
            key => changes.Add("-" + Encoding.UTF8.GetString(key)),
            index => changes.Add("+" + Encoding.UTF8.GetString(table.KeyAt(index))));
        return string.Join(' ', changes.Order(StringComparer.Ordinal));
    }
}
