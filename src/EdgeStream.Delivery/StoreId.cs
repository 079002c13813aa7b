using System.Security.Cryptography;
using System.Text;
using EdgeStream.Storage;

namespace EdgeStream.Delivery;

/// <summary>
/// The random id that a data folder's objects carry, so that no other gateway and no earlier or later data folder
/// ever gives the same name to other records.
/// </summary>
/// <remarks>
/// <para>8 lower-case hexadecimal digits under <c>deliveries-store-id</c> of the state store, made once. It is made
/// again only where sequence numbers are given a second time: a stream was made anew, or lost delivered records, or a
/// server shows that the data folder was set back in time or copied.</para>
/// <para>Durability: it precedes, in the state's log, every pending extent whose object it names. Thread-safe.</para>
/// </remarks>
internal sealed class StoreId(StateStore state)
{
    /// <summary>Where the state store keeps it.</summary>
    public const string Key = "deliveries-store-id";

    /// <summary>Digits of an id.</summary>
    public const int Length = 8;

    private readonly SemaphoreSlim _turn = new(1);
    private string? _value;
    private bool _isMadeHere;

    /// <summary>Whether a text has the form of an id.</summary>
    public static bool IsId(ReadOnlySpan<char> text) =>
        text.Length == Length && !text.ContainsAnyExcept("0123456789abcdef");

    /// <summary>The id; made durable before the first call completes.</summary>
    /// <exception cref="InvalidDataException">What the state store holds is no id.</exception>
    /// <exception cref="IOException">The state store refused the write.</exception>
    public async ValueTask<string> GetAsync()
    {
        await _turn.WaitAsync();
        try
        {
            return _value ??= state.TryGet(Key, out var bytes) ? Read(bytes.Span) : await MakeAsync();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>
    /// Makes a new id, as a shard's sequence numbers are about to be given to other records; one that this engine has
    /// made is new enough.
    /// </summary>
    /// <exception cref="IOException">The state store refused the write.</exception>
    public async ValueTask RenewAsync()
    {
        await _turn.WaitAsync();
        try
        {
            if (!_isMadeHere)
            {
                _value = await MakeAsync();
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Makes a new id in the place of one under which another data folder has given names; nothing where it is
    /// another by now.</summary>
    /// <exception cref="IOException">The state store refused the write.</exception>
    public async ValueTask ReplaceAsync(string used)
    {
        await _turn.WaitAsync();
        try
        {
            if (_value == used)
            {
                _value = await MakeAsync();
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private static string Read(ReadOnlySpan<byte> bytes)
    {
        var text = Encoding.ASCII.GetString(bytes);
        return IsId(text) ? text : throw new InvalidDataException(
            $"'{Key}' of the gateway's state is not an id of {Length} hexadecimal digits: '{text}'.");
    }

    private async ValueTask<string> MakeAsync()
    {
        var made = RandomNumberGenerator.GetHexString(Length, lowercase: true);
        await state.CommitAsync(new StateBatch().Put(Key, Encoding.ASCII.GetBytes(made)));
        _isMadeHere = true;
        return made;
    }
}
