namespace EdgeStream.Testing;

/// <summary>Which connection goes how: follows from a seed and the connection's number alone.</summary>
/// <remarks>Every so-many connections have each of the faults once, in a random order. Thread-safe.</remarks>
/// <param name="seed">The seed.</param>
/// <param name="faults">The faults that there are.</param>
public sealed class LinkPlan(int seed, IReadOnlyList<LinkFault> faults)
{
    private const int SmallestExponent = 6;
    private const int ExponentRange = 9;
    private const int DripBytesPerSecondMin = 4_000;
    private const int DripBytesPerSecondRange = 28_000;
    private static readonly TimeSpan DelayOfLate = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan DelayOfOthers = TimeSpan.FromMilliseconds(8);

    /// <summary>The faults that there are.</summary>
    public IReadOnlyList<LinkFault> Faults => faults;

    /// <summary>How a connection goes; they are counted from 0.</summary>
    public LinkScript Of(int connection)
    {
        LinkFault[] deck = [.. faults];
        new Random(unchecked((seed * 397) ^ (connection / deck.Length))).Shuffle(deck);
        var random = new Random(unchecked((seed * 7919) ^ connection));

        // From 64 bytes to 32 KiB, small ones as often as large ones.
        var afterBytes = (int)Math.Pow(2, SmallestExponent + (random.NextDouble() * ExponentRange));
        var fault = deck[connection % deck.Length];
        return new LinkScript(
            fault,
            afterBytes,
            fault == LinkFault.Delay ? DelayOfLate : DelayOfOthers * random.NextDouble(),
            fault == LinkFault.Drip ? DripBytesPerSecondMin + random.Next(DripBytesPerSecondRange) : 0,
            random.Next());
    }
}
