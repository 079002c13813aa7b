using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;
using EdgeStream.Storage;

namespace EdgeStream.Kinesis;

/// <summary>What a request says, in one form for both encodings: a row of values over the request's body.</summary>
/// <remarks>Pooled with the request that owns it; nothing is allocated for a value. What it holds is counted with the
/// bytes of requests. Not thread-safe.</remarks>
internal sealed class RequestValues
{
    private const int CapacityMin = 256;
    private const int KeptCapacityMax = 4096;

    // A structure of n members costs n + 1 values; an empty element of a list costs two bytes of JSON.
    private const int ValuesMax = 1 << 18;

    private RequestValue[] _values = new RequestValue[CapacityMin];
    private byte[] _body = [];
    private RequestBudget? _budget;
    private int _count;

    /// <summary>The members of the request itself.</summary>
    internal int Root => 1;

    /// <summary>The type of the request.</summary>
    internal Shape Shape { get; private set; } = Shape.Structure();

    /// <summary>Counts what it holds, from now on.</summary>
    /// <exception cref="ApiException">All requests together hold too much.</exception>
    internal void Rent(RequestBudget budget)
    {
        budget.Take(SizeOf(_values.Length));
        _budget = budget;
    }

    /// <summary>Begins a new request over a body.</summary>
    internal void Begin(byte[] body, Shape shape)
    {
        _body = body;
        _count = 1;
        Shape = shape;
        Reserve(shape.Fields.Length);
    }

    /// <summary>Lets go of the body, and of what a large request has needed.</summary>
    internal void Clear()
    {
        _body = [];
        _budget?.Return(SizeOf(_values.Length));
        _budget = null;
        if (_values.Length > KeptCapacityMax)
        {
            _values = new RequestValue[CapacityMin];
        }
    }

    /// <summary>Makes room for values that stand side by side.</summary>
    /// <returns>The place of the first.</returns>
    /// <exception cref="ApiException">The request has too many values.</exception>
    internal int Reserve(int count)
    {
        var first = _count;
        if (first + count > _values.Length)
        {
            Grow(first + count);
        }

        _values.AsSpan(first, count).Clear();
        _count = first + count;
        return first;
    }

    /// <summary>A value, to read or set. Valid until the next <see cref="Reserve"/>.</summary>
    internal ref RequestValue At(int index) => ref _values[index];

    /// <summary>Sets a text or blob to a place in the body, or a list to its first element and how many it
    /// has.</summary>
    internal void Set(int index, int start, int length)
    {
        ref var value = ref _values[index];
        value.IsPresent = true;
        value.Start = start;
        value.Length = length;
    }

    /// <summary>Sets a number, time or flag.</summary>
    internal void SetNumber(int index, long number)
    {
        ref var value = ref _values[index];
        value.IsPresent = true;
        value.Number = number;
    }

    /// <summary>The bytes of a text or blob.</summary>
    internal ReadOnlySpan<byte> BytesOf(in RequestValue value) => _body.AsSpan(value.Start, value.Length);

    /// <summary>The bytes of a text or blob.</summary>
    internal ReadOnlyMemory<byte> MemoryOf(in RequestValue value) => _body.AsMemory(value.Start, value.Length);

    /// <summary>A member of the request.</summary>
    internal ref RequestValue Member(string name) => ref _values[Root + Shape.IndexOf(name)];

    /// <summary>A member of a structure that is a member of the request; not present where the structure is
    /// not.</summary>
    internal RequestValue Member(string structure, string name)
    {
        var at = Shape.IndexOf(structure);
        var outer = _values[Root + at];
        return outer.IsPresent ? _values[outer.Start + Shape.Fields[at].Shape.IndexOf(name)] : default;
    }

    /// <summary>Whether the request has the member.</summary>
    internal bool Has(string name) => Member(name).IsPresent;

    /// <summary>A text member; null where there is none.</summary>
    internal string? Text(string name) => TextOf(Member(name));

    /// <summary>A text; null where it is not present.</summary>
    internal string? TextOf(in RequestValue value) =>
        value.IsPresent ? Encoding.UTF8.GetString(BytesOf(value)) : null;

    /// <summary>A number; null where there is none.</summary>
    internal int? Integer(string name) => Member(name) is { IsPresent: true } value ? (int)value.Number : null;

    /// <summary>A time; null where there is none.</summary>
    internal Timestamp? Time(string name) => TimeOf(Member(name));

    /// <summary>A time; null where it is not present.</summary>
    internal static Timestamp? TimeOf(in RequestValue value) =>
        value.IsPresent ? new Timestamp(value.Number) : null;

    /// <summary>Whether a flag is set; false where there is none.</summary>
    internal bool Flag(string name) => Member(name) is { IsPresent: true, Number: not 0 };

    /// <summary>The texts of a list.</summary>
    internal List<string> Texts(string name)
    {
        var texts = new List<string>();
        var list = Member(name);
        for (var at = list.IsPresent ? list.Start : 0; at != 0; at = _values[at].Next)
        {
            texts.Add(TextOf(_values[at]) ?? "");
        }

        return texts;
    }

    /// <summary>The pairs of a map, in the order of the request; of a key that is there twice the last
    /// counts.</summary>
    internal List<KeyValuePair<string, string>> Pairs(string name)
    {
        var pairs = new List<KeyValuePair<string, string>>();
        var map = Member(name);
        for (var at = map.IsPresent ? map.Start : 0; at != 0; at = _values[at].Next)
        {
            var key = TextOf(_values[at])!;
            pairs.RemoveAll(pair => pair.Key == key);
            pairs.Add(new KeyValuePair<string, string>(key, TextOf(_values[at + 1]) ?? ""));
        }

        return pairs;
    }

    private void Grow(int needed)
    {
        if (needed > ValuesMax)
        {
            throw ApiException.Serialization(null);
        }

        var capacity = (int)Math.Min(ValuesMax, BitOperations.RoundUpToPowerOf2((uint)needed));
        _budget?.Take(SizeOf(capacity) - SizeOf(_values.Length));
        Array.Resize(ref _values, capacity);
    }

    private static long SizeOf(int capacity) => (long)capacity * Unsafe.SizeOf<RequestValue>();
}
