namespace EdgeStream.Delivery;

/// <summary>
/// Names of objects as Firehose gives them:
/// <c>&lt;evaluated prefix&gt;&lt;label&gt;-yyyy-MM-dd-HH-mm-ss-&lt;unique&gt;&lt;extension&gt;</c>.
/// </summary>
/// <remarks>The times are those of the arrival of the object's first record, in UTC. The unique part is
/// <c>&lt;series&gt;-&lt;store id&gt;-&lt;shard&gt;-&lt;first&gt;-&lt;last&gt;</c>, so that an extent that is sent
/// again keeps its name.</remarks>
/// <param name="Prefix">What <see cref="PrefixTemplate"/> evaluates; used as it is, no slash is added. With values of
/// the data in it, the records of a batch go into one object for each of them.</param>
/// <param name="Label">The delivery's name and version.</param>
/// <param name="Series">What tells this delivery from an earlier one of the same name.</param>
/// <param name="Extension">What names end with; null for <c>.gz</c> where objects are compressed, else nothing.</param>
public sealed record ObjectNaming(string Prefix, string Label, string Series, string? Extension);
