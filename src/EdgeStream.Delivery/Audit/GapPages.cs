using System.Globalization;
using EdgeStream.Storage;

namespace EdgeStream.Delivery;

/// <summary>The gaps of one delivery and shard by name, the newest in a list that changes and older ones in pages that
/// do not: so that a gap more costs 8 KiB of writing at most, however many there are.</summary>
/// <remarks>
/// <para>A full list becomes a page under <c>&lt;ledger entry&gt;/gaps/&lt;number, 10 digits&gt;</c>, in the same
/// format. There are <see cref="PagesMax"/> pages; of what is older there is the number of records.</para>
/// <para>Not thread-safe.</para>
/// </remarks>
internal sealed class GapPages
{
    /// <summary>So many full pages are kept: with the list 3,840 gaps at least.</summary>
    public const int PagesMax = 15;

    private const string ListName = "/gaps";
    private const string PagePrefix = "/gaps/";

    private readonly SortedList<long, ReadOnlyMemory<byte>> _pages = [];
    private readonly List<long> _added = [];
    private readonly List<long> _removed = [];
    private GapList _list = new();

    /// <summary>Whether anything was added since it was read or written.</summary>
    public bool IsChanged => _list.IsChanged || _added.Count > 0 || _removed.Count > 0;

    /// <summary>Records of gaps that are not named any more.</summary>
    public long ForgottenRecords => _list.ForgottenRecords;

    /// <summary>All gaps, in the order in which they were noticed.</summary>
    /// <exception cref="InvalidDataException">A page is none.</exception>
    public List<Gap> All()
    {
        var gaps = new List<Gap>();
        foreach (var page in _pages.Values)
        {
            gaps.AddRange(GapList.Read(page.Span).Gaps);
        }

        gaps.AddRange(_list.Gaps);
        return gaps;
    }

    /// <summary>Takes what the state has under a key, if it belongs here.</summary>
    /// <param name="name">What of the key stands behind the ledger's.</param>
    /// <param name="value">The bytes.</param>
    /// <exception cref="InvalidDataException">The list is none.</exception>
    public void Load(ReadOnlySpan<char> name, ReadOnlyMemory<byte> value)
    {
        if (name.SequenceEqual(ListName))
        {
            _list = GapList.Read(value.Span);
        }
        else if (name.StartsWith(PagePrefix, StringComparison.Ordinal)
            && long.TryParse(
                name[PagePrefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            _pages[number] = value;
        }
    }

    /// <summary>Adds a gap, to the last one where it goes on there for the same reason.</summary>
    public void Add(Gap gap)
    {
        if (_list.IsFullFor(gap))
        {
            Turn();
        }

        _list.Add(gap);
    }

    /// <summary>Forgets all of them, as those of another stream.</summary>
    public void Clear()
    {
        while (_pages.Count > 0)
        {
            Remove(_pages.Keys[0]);
        }

        _list.Clear();
    }

    /// <summary>Adds what has changed to a batch.</summary>
    public void AddChanges(StateBatch batch, string ledgerKey)
    {
        foreach (var number in _removed)
        {
            batch.Delete(KeyOf(ledgerKey, number));
        }

        foreach (var number in _added)
        {
            batch.Put(KeyOf(ledgerKey, number), _pages[number].Span);
        }

        _removed.Clear();
        _added.Clear();
        if (_list.IsChanged)
        {
            batch.Put(ledgerKey + ListName, _list.Write());
        }
    }

    /// <summary>Makes a page of the list, which begins anew.</summary>
    private void Turn()
    {
        var forgotten = _list.ForgottenRecords;
        if (_pages.Count == PagesMax)
        {
            forgotten += GapList.Read(_pages.Values[0].Span).NamedRecords;
            Remove(_pages.Keys[0]);
        }

        var number = _pages.Count == 0 ? 1 : _pages.Keys[^1] + 1;
        _pages.Add(number, new GapList(_list.Gaps, forgottenRecords: 0).Write());
        _added.Add(number);
        _list = new GapList([], forgotten);
    }

    private void Remove(long number)
    {
        _pages.Remove(number);
        if (!_added.Remove(number))
        {
            _removed.Add(number);
        }
    }

    private static string KeyOf(string ledgerKey, long number) =>
        string.Create(CultureInfo.InvariantCulture, $"{ledgerKey}{PagePrefix}{number:D10}");
}
