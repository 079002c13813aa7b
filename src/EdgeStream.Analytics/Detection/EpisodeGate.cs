namespace EdgeStream.Analytics.Detection;

/// <summary>Makes one alert of an episode, however many values of it are rare.</summary>
/// <remarks>
/// An episode begins with a value at the alert's rarity and ends when 200 values in a row stayed below seven tenths of
/// its peak. Within it only what is ten times rarer than the last alert is another one.
/// </remarks>
internal struct EpisodeGate(DetectorSettings settings)
{
    private const double StillRareShare = 0.7;

    private double _peak;
    private int _quietLeft;

    /// <summary>Whether a value of this rarity may stand as it is; otherwise it belongs to what was told already.
    /// </summary>
    public bool Admit(double rarity)
    {
        var isAlert = rarity >= settings.AlertRarityDecades;
        if (_quietLeft > 0)
        {
            isAlert &= rarity >= _peak + settings.EscalationDecades;
            _quietLeft = rarity > _peak * StillRareShare ? settings.QuietValues : _quietLeft - 1;
            if (!isAlert)
            {
                return false;
            }
        }

        if (isAlert)
        {
            _peak = rarity;
            _quietLeft = settings.QuietValues;
        }

        return true;
    }
}
