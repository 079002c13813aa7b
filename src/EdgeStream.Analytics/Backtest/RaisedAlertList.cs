namespace EdgeStream.Analytics;

/// <summary>Puts the changes of alerts together to alerts, in the order in which they fired.</summary>
/// <remarks>Not thread-safe. A change that comes again changes nothing; the end of an alert whose firing is unknown
/// stands for both.</remarks>
/// <param name="countMax">How many alerts are kept; later ones are counted.</param>
public sealed class RaisedAlertList(int countMax = 100_000)
{
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly List<RaisedAlert> _alerts = [];

    /// <summary>The alerts.</summary>
    public IReadOnlyList<RaisedAlert> Alerts => _alerts;

    /// <summary>How many more fired than are kept.</summary>
    public long Left { get; private set; }

    /// <summary>Takes a change.</summary>
    public void Add(Alert alert)
    {
        if (_places.TryGetValue(alert.Id, out var place))
        {
            if (alert.State == AlertState.Resolved)
            {
                _alerts[place] = _alerts[place] with { Resolved = _alerts[place].Resolved ?? alert };
            }
        }
        else if (_alerts.Count < countMax)
        {
            _places.Add(alert.Id, _alerts.Count);
            _alerts.Add(new RaisedAlert(alert, alert.State == AlertState.Resolved ? alert : null));
        }
        else
        {
            Left += alert.State == AlertState.Firing ? 1 : 0;
        }
    }
}
