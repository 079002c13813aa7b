namespace EdgeStream.Delivery.Tests;

/// <summary>What a scripted destination does with one record.</summary>
public enum RecordAnswer
{
    Accept,
    Refuse,
    Away,
}
