using System.Buffers.Binary;

namespace EdgeStream.Analytics.Detection;

/// <summary>Makes one alert of an episode, however many values of it are rare.</summary>
/// <remarks>
/// An episode begins with a value at the alert's rarity and ends when so many values in a row stayed below seven tenths
/// of its peak. How many depends on how much is known: three in a hundred of the values so far, from 50 to 600, an
/// hour or two of what came every five minutes for a day and two days of what did for two months. Within an episode
/// only what is ten times rarer than the last alert is another one.
/// </remarks>
internal struct EpisodeGate(DetectorSettings settings)
{
    private const double StillRareShare = 0.7;
    private const int QuietValuesMin = 50;
    private const int QuietValuesMax = 600;

    /// <summary>The length of what <see cref="Write"/> writes.</summary>
    public const int SavedBytes = 12;

    private const int PeakOffset = 0;
    private const int QuietOffset = 8;

    private double _peak;
    private int _quietLeft;

    /// <summary>Whether a value of this rarity may stand as it is; otherwise it belongs to what was told already.
    /// </summary>
    /// <param name="rarity">In decades.</param>
    /// <param name="count">How many values there have been, with this one.</param>
    public bool Admit(double rarity, long count)
    {
        var quietValues = (int)Math.Clamp(settings.QuietShare * count, QuietValuesMin, QuietValuesMax);
        var isAlert = rarity >= settings.AlertRarityDecades;
        if (_quietLeft > 0)
        {
            isAlert &= rarity >= _peak + settings.EscalationDecades;
            _quietLeft = rarity > _peak * StillRareShare ? quietValues : _quietLeft - 1;
            if (!isAlert)
            {
                return false;
            }
        }

        if (isAlert)
        {
            _peak = rarity;
            _quietLeft = quietValues;
        }

        return true;
    }

    /// <summary>Writes the state: peak f64, quiet values left i32; frozen, little-endian.</summary>
    public readonly void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(destination[PeakOffset..], _peak);
        BinaryPrimitives.WriteInt32LittleEndian(destination[QuietOffset..], _quietLeft);
    }

    /// <summary>Takes over what <see cref="Write"/> wrote.</summary>
    public void Read(ReadOnlySpan<byte> source)
    {
        _peak = BinaryPrimitives.ReadDoubleLittleEndian(source[PeakOffset..]);
        _quietLeft = BinaryPrimitives.ReadInt32LittleEndian(source[QuietOffset..]);
    }
}
