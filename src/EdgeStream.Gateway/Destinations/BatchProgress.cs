using EdgeStream.Mqtt;

namespace EdgeStream.Gateway.Destinations;

/// <summary>What of one batch the server has accepted, and what is on its way there. Not thread-safe.</summary>
internal sealed class BatchProgress
{
    private readonly List<bool> _accepted = [];

    /// <summary>Begins with nothing.</summary>
    public BatchProgress(string name) => Name = name;

    /// <summary>The object's name.</summary>
    public string Name { get; }

    /// <summary>Messages that await their acknowledgement, in the order in which they were sent.</summary>
    public Queue<(int Line, DeliveredRecord Record, Task<MqttReasonCode> Answer)> InFlight { get; } = new();

    /// <summary>Records that the server refused in this attempt.</summary>
    public int Refused { get; set; }

    /// <summary>The first of them and why, in words; null when none was.</summary>
    public string? RefusedReason { get; set; }

    /// <summary>Whether sending the refused again helps by itself.</summary>
    public bool IsRefusalPassing { get; set; }

    /// <summary>Why messages were lost on the way in this attempt; null when none was.</summary>
    public string? Lost { get; set; }

    /// <summary>Whether anything of this attempt went wrong: nothing more is sent then, so that order holds.</summary>
    public bool HasFailed => Refused > 0 || Lost is not null;

    /// <summary>Whether any message on its way has failed already, also behind others that are not answered yet: what
    /// came after it would overtake it.</summary>
    public bool HasFailedOnTheWay
    {
        get
        {
            foreach (var (_, _, answer) in InFlight)
            {
                if (answer.IsCompleted
                    && (!answer.IsCompletedSuccessfully || answer.Result >= MqttReasonCode.UnspecifiedError))
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Whether a line's record is accepted.</summary>
    public bool IsAccepted(int line) => line < _accepted.Count && _accepted[line];

    /// <summary>Notes that it is.</summary>
    public void Accept(int line)
    {
        while (_accepted.Count <= line)
        {
            _accepted.Add(false);
        }

        _accepted[line] = true;
    }

    /// <summary>Begins another attempt.</summary>
    public void Begin()
    {
        Refused = 0;
        RefusedReason = null;
        IsRefusalPassing = true;
        Lost = null;
    }
}
