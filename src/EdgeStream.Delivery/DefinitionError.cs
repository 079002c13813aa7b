namespace EdgeStream.Delivery;

/// <summary>One thing that is wrong with a definition: which member, and what is allowed.</summary>
/// <param name="Member">The member's name, with a dot before a member of the destination:
/// <c>Destination.Bucket</c>.</param>
/// <param name="Message">What is wrong and what is allowed, as one sentence.</param>
public readonly record struct DefinitionError(string Member, string Message)
{
    /// <summary>The member and the message, as one line.</summary>
    public override string ToString() => $"{Member}: {Message}";
}
