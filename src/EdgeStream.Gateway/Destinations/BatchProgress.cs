using EdgeStream.Delivery;
using EdgeStream.Mqtt;

namespace EdgeStream.Gateway.Destinations;

/// <summary>What of one batch is on its way to the server, and what went wrong in this attempt. Not
/// thread-safe.</summary>
internal sealed class BatchProgress
{
    private readonly Func<MqttReasonCode, bool, bool> _isHeldUp;

    /// <summary>Begins with nothing on its way.</summary>
    /// <param name="records">What became of the object's records.</param>
    /// <param name="isHeldUp">Which answers hold up what comes behind them, where records can be rejected and where
    /// not; others settle the record, for better or worse.</param>
    public BatchProgress(RecordProgress records, Func<MqttReasonCode, bool, bool> isHeldUp)
    {
        Records = records;
        _isHeldUp = isHeldUp;
    }

    /// <summary>What became of the object's records.</summary>
    public RecordProgress Records { get; }

    /// <summary>Messages that await their acknowledgement, in the order in which they were sent.</summary>
    public Queue<MessageUnderWay> InFlight { get; } = new();

    /// <summary>Records that the server refused in this attempt and that are not put aside.</summary>
    public int Refused { get; set; }

    /// <summary>The first of them and why, in words; null when none was.</summary>
    public string? RefusedReason { get; set; }

    /// <summary>Whether sending the refused again helps by itself.</summary>
    public bool IsRefusalPassing { get; set; }

    /// <summary>Records that the server refused in this attempt, of which it is not known whether that is their own
    /// fault: nothing else was taken since.</summary>
    public List<RefusedMessage> Unproven { get; } = [];

    /// <summary>Whether lines were passed over, as something of the same topic is not proven yet.</summary>
    public bool HasPassedOver { get; set; }

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
            foreach (var message in InFlight)
            {
                var answer = message.Answer;
                if (answer.IsCompleted
                    && (!answer.IsCompletedSuccessfully || _isHeldUp(answer.Result, Records.CanReject)))
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Begins another attempt.</summary>
    public void Begin()
    {
        Refused = 0;
        RefusedReason = null;
        IsRefusalPassing = true;
        Lost = null;
        Unproven.Clear();
        HasPassedOver = false;
    }

    /// <summary>Whether something of a topic is not proven yet: what comes behind it would overtake it.</summary>
    public bool IsUnproven(string topic)
    {
        foreach (var message in Unproven)
        {
            if (message.Topic == topic)
            {
                return true;
            }
        }

        return false;
    }
}
