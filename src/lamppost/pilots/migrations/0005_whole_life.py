import django.db.models.deletion
import django.utils.timezone
import lamppost.pilots.models.agreement
import lamppost.pilots.models.feedback
import lamppost.pilots.models.gates
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('network', '0001_initial'),
        ('pilots', '0004_channels'),
        ('vision', '0004_ways_in'),
        ('voices', '0003_ways_in'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='pilot',
            name='pilots_measuring_needs_protection_and_disclosure',
        ),
        migrations.RemoveConstraint(
            model_name='pilot',
            name='pilots_technology_needs_measuring',
        ),
        migrations.CreateModel(
            name='Alert',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.CharField(max_length=200, verbose_name='what was noticed')),
                ('raised_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('outcome', models.CharField(blank=True, max_length=300, verbose_name='what was done')),
                ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('feedback', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='alert', to='pilots.feedback')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['due_at', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('closed_at__isnull', True), models.Q(('outcome', ''), _negated=True), _connector='OR'), name='pilots_closed_alert_says_how')],
            },
        ),
        migrations.CreateModel(
            name='Area',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='neighbourhood')),
                ('residents', models.PositiveIntegerField(blank=True, null=True, verbose_name='residents')),
                ('need', models.CharField(blank=True, choices=[('low', 'low need'), ('middle', 'middle need'), ('high', 'high need')], max_length=8, verbose_name='need')),
                ('need_source', models.CharField(blank=True, max_length=200, verbose_name='how the need is known')),
                ('partnership', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='areas', to='accounts.partnership')),
            ],
            options={
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(fields=('partnership', 'name'), name='pilots_area_once', violation_error_message='This neighbourhood is in the list already.')],
            },
        ),
        migrations.CreateModel(
            name='Call',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('link', models.URLField(blank=True, max_length=400, verbose_name='address of the call')),
                ('document', models.FileField(blank=True, upload_to=lamppost.pilots.models.agreement.call_file, verbose_name='document')),
                ('opened_on', models.DateField(blank=True, null=True, verbose_name='opened on')),
                ('closes_on', models.DateField(blank=True, null=True, verbose_name='closes on')),
                ('criteria', models.TextField(blank=True, max_length=4000, verbose_name='criteria, one to a line, with their weights')),
                ('criteria_sha256', models.CharField(blank=True, max_length=64)),
                ('criteria_fixed_at', models.DateTimeField(blank=True, null=True)),
                ('no_call_reason', models.CharField(blank=True, max_length=500, verbose_name='why there was no open call')),
                ('chosen_on', models.DateField(blank=True, null=True, verbose_name='chosen on')),
                ('chosen_by', models.CharField(blank=True, max_length=300, verbose_name='who chose')),
                ('chosen_why', models.TextField(blank=True, max_length=3000, verbose_name='why')),
                ('pilot', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='call', to='pilots.pilot')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('closes_on__isnull', True), models.Q(('closes_on__gte', models.F('opened_on')), ('opened_on__isnull', False)), _connector='OR'), name='pilots_call_closes_after_opening', violation_error_message='A call closes after it opens.')],
            },
        ),
        migrations.CreateModel(
            name='Clause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(choices=[('ownership', 'Who owns the data'), ('audit', 'Access for an audit of data, code and devices'), ('deletion', 'Deletion at the end, with proof'), ('secondary_use', 'No other use of the data, or which'), ('removal', 'Who removes everything, and who pays for it'), ('publication', 'Results are published, good or bad'), ('service_levels', 'Service levels, with dates')], max_length=24)),
                ('settled', models.BooleanField(default=False, verbose_name='in the agreement')),
                ('where', models.CharField(blank=True, max_length=160, verbose_name='where (number of the clause)')),
                ('missing_reason', models.CharField(blank=True, max_length=500, verbose_name='why it is missing (public)')),
                ('pilot', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='clauses', to='pilots.pilot')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('pilot', 'code'), name='pilots_clause_once'), models.CheckConstraint(condition=models.Q(models.Q(('settled', True), models.Q(('where', ''), _negated=True)), ('settled', False), _connector='OR'), name='pilots_clause_says_where', violation_error_message='Say where in the agreement it stands.')],
            },
        ),
        migrations.CreateModel(
            name='Commitment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('you_said', models.CharField(max_length=500, verbose_name='you said')),
                ('we_will', models.CharField(blank=True, max_length=500, verbose_name='what we do about it')),
                ('owner', models.CharField(max_length=160, verbose_name='who answers for it (a role)')),
                ('due_on', models.DateField(verbose_name='until when')),
                ('state', models.CharField(choices=[('heard', 'heard'), ('doing', 'being done'), ('done', 'done'), ('wont', 'will not be done')], default='heard', max_length=8, verbose_name='state')),
                ('wont_reason', models.CharField(blank=True, max_length=500, verbose_name='why it will not be done')),
                ('done_on', models.DateField(blank=True, null=True, verbose_name='done on')),
                ('made_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('change', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='commitment', to='pilots.change')),
                ('feedback', models.ManyToManyField(blank=True, related_name='commitments', to='pilots.feedback')),
                ('meeting', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='commitments', to='network.meeting', verbose_name='roundtable where it was agreed')),
                ('pilot', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='commitments', to='pilots.pilot')),
            ],
            options={
                'ordering': ['due_on', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'wont'), _negated=True), models.Q(('wont_reason', ''), _negated=True), _connector='OR'), name='pilots_refusal_has_a_reason', violation_error_message='Say why it will not be done.'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'done'), _negated=True), models.Q(('done_on__isnull', False), models.Q(('we_will', ''), _negated=True)), _connector='OR'), name='pilots_done_says_what_and_when', violation_error_message='Say what was done, and on which day.')],
            },
        ),
        migrations.CreateModel(
            name='Follow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
                ('language', models.CharField(default='en', max_length=12)),
                ('token_sha256', models.CharField(max_length=64, unique=True)),
                ('asked_at', models.DateTimeField()),
                ('told_at', models.DateTimeField(blank=True, null=True)),
                ('feedback', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='follow', to='pilots.feedback')),
            ],
        ),
        migrations.CreateModel(
            name='GateDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('problem', 'Problem and owner'), ('stakeholders', 'Stakeholders'), ('call', 'Call for solutions'), ('selection', 'Selection'), ('agreement', 'Agreement'), ('data_protection', 'Data protection'), ('sites', 'Sites'), ('disclosure', 'Disclosure'), ('measuring', 'Measuring starts'), ('baseline', 'Baseline'), ('technology', 'Technology on'), ('feedback', 'Feedback answered'), ('change', 'Mid-term review'), ('evaluation', 'Evaluation'), ('decision', 'Decision'), ('lesson', 'Lesson')], max_length=20)),
                ('text', models.TextField(max_length=20000, verbose_name='document or link')),
                ('changed_at', models.DateTimeField()),
                ('changed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('pilot', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to='pilots.pilot')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('pilot', 'kind'), name='pilots_draft_once')],
            },
        ),
        migrations.CreateModel(
            name='GateSigner',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('problem', 'Problem and owner'), ('stakeholders', 'Stakeholders'), ('call', 'Call for solutions'), ('selection', 'Selection'), ('agreement', 'Agreement'), ('data_protection', 'Data protection'), ('sites', 'Sites'), ('disclosure', 'Disclosure'), ('measuring', 'Measuring starts'), ('baseline', 'Baseline'), ('technology', 'Technology on'), ('feedback', 'Feedback answered'), ('change', 'Mid-term review'), ('evaluation', 'Evaluation'), ('decision', 'Decision'), ('lesson', 'Lesson')], max_length=20)),
                ('role', models.CharField(max_length=120, verbose_name='as what they sign')),
                ('name', models.CharField(blank=True, max_length=120, verbose_name='name of somebody without an account')),
                ('signed_at', models.DateTimeField(blank=True, null=True)),
                ('signed_name', models.CharField(blank=True, max_length=120)),
                ('signed_for', models.CharField(blank=True, max_length=120)),
                ('how', models.CharField(blank=True, choices=[('account', 'signed in'), ('link', 'by a single-use link'), ('scan', 'on paper, scanned')], max_length=8)),
                ('signed_sha256', models.CharField(blank=True, max_length=64)),
                ('scan', models.FileField(blank=True, upload_to=lamppost.pilots.models.gates.signed_file)),
                ('deputy', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='deputy')),
                ('pilot', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='signers', to='pilots.pilot')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who signs')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('pilot', 'kind', 'role'), name='pilots_signer_role_once', violation_error_message='Somebody signs this gate in this role already.'), models.CheckConstraint(condition=models.Q(('signed_at__isnull', True), models.Q(models.Q(('signed_name', ''), _negated=True), models.Q(('signed_sha256', ''), _negated=True)), _connector='OR'), name='pilots_signature_whole')],
            },
        ),
        migrations.CreateModel(
            name='GateUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('problem', 'Problem and owner'), ('stakeholders', 'Stakeholders'), ('call', 'Call for solutions'), ('selection', 'Selection'), ('agreement', 'Agreement'), ('data_protection', 'Data protection'), ('sites', 'Sites'), ('disclosure', 'Disclosure'), ('measuring', 'Measuring starts'), ('baseline', 'Baseline'), ('technology', 'Technology on'), ('feedback', 'Feedback answered'), ('change', 'Mid-term review'), ('evaluation', 'Evaluation'), ('decision', 'Decision'), ('lesson', 'Lesson')], max_length=20)),
                ('used', models.BooleanField()),
                ('partnership', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='gate_uses', to='accounts.partnership')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('partnership', 'kind'), name='pilots_gate_use_once'), models.CheckConstraint(condition=models.Q(('used', True), models.Q(('kind__in', ['baseline', 'data_protection', 'decision', 'disclosure', 'lesson', 'measuring', 'problem', 'technology']), _negated=True), _connector='OR'), name='pilots_mandatory_gates_stay')],
            },
        ),
        migrations.CreateModel(
            name='GroupView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('group', models.CharField(choices=[('municipal', 'Municipal leaders'), ('community', 'Community organisations'), ('company', 'Technology companies'), ('academic', 'Academics and researchers'), ('resident', 'Residents')], max_length=12, verbose_name='group')),
                ('text', models.TextField(max_length=2000, verbose_name='what they say')),
                ('said_by', models.CharField(max_length=160, verbose_name='who said it (a role or an organisation)')),
                ('said_on', models.DateField(verbose_name='when')),
                ('pilot', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='group_views', to='pilots.pilot')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('pilot', 'group'), name='pilots_group_view_once')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('paused', 'Paused'), ('resumed', 'Goes on'), ('stopped', 'Stopped'), ('reopened', 'A gate was opened again'), ('changed', 'Changed'), ('removed', 'Taken down')], max_length=12)),
                ('gate', models.CharField(blank=True, choices=[('problem', 'Problem and owner'), ('stakeholders', 'Stakeholders'), ('call', 'Call for solutions'), ('selection', 'Selection'), ('agreement', 'Agreement'), ('data_protection', 'Data protection'), ('sites', 'Sites'), ('disclosure', 'Disclosure'), ('measuring', 'Measuring starts'), ('baseline', 'Baseline'), ('technology', 'Technology on'), ('feedback', 'Feedback answered'), ('change', 'Mid-term review'), ('evaluation', 'Evaluation'), ('decision', 'Decision'), ('lesson', 'Lesson')], max_length=20)),
                ('text', models.CharField(max_length=600, verbose_name='what residents are told')),
                ('told_at', models.DateTimeField()),
                ('pilot', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='pilots.pilot')),
            ],
            options={
                'ordering': ['-told_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='PastCall',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('link', models.URLField(blank=True, max_length=400)),
                ('document', models.FileField(blank=True, upload_to=lamppost.pilots.models.agreement.call_file)),
                ('opened_on', models.DateField()),
                ('closes_on', models.DateField(blank=True, null=True)),
                ('criteria', models.TextField(blank=True, max_length=4000)),
                ('criteria_sha256', models.CharField(blank=True, max_length=64)),
                ('withdrawn_at', models.DateTimeField()),
                ('reason', models.CharField(max_length=500, verbose_name='why it was withdrawn (public)')),
                ('pilot', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='past_calls', to='pilots.pilot')),
            ],
            options={
                'ordering': ['-withdrawn_at', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='pilots_withdrawn_call_has_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='PastGate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('problem', 'Problem and owner'), ('stakeholders', 'Stakeholders'), ('call', 'Call for solutions'), ('selection', 'Selection'), ('agreement', 'Agreement'), ('data_protection', 'Data protection'), ('sites', 'Sites'), ('disclosure', 'Disclosure'), ('measuring', 'Measuring starts'), ('baseline', 'Baseline'), ('technology', 'Technology on'), ('feedback', 'Feedback answered'), ('change', 'Mid-term review'), ('evaluation', 'Evaluation'), ('decision', 'Decision'), ('lesson', 'Lesson')], max_length=20)),
                ('document', models.TextField(max_length=20000)),
                ('signed_by_name', models.CharField(max_length=400)),
                ('passed_on', models.DateField()),
                ('recorded_at', models.DateTimeField(blank=True, null=True)),
                ('facts', models.JSONField(blank=True, default=dict)),
                ('signatures', models.JSONField(blank=True, default=list)),
                ('reopened_at', models.DateTimeField()),
                ('reason', models.CharField(blank=True, max_length=500, verbose_name='why it was opened again')),
                ('pilot', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='past_gates', to='pilots.pilot')),
                ('reopened_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['reopened_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='PilotTask',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('obligation', 'from the agreement'), ('removal', 'taking down'), ('device', 'device'), ('disclosure', 'notices and register'), ('other', 'other')], default='other', max_length=12)),
                ('clause', models.CharField(blank=True, max_length=24)),
                ('text', models.CharField(max_length=300, verbose_name='what is to be done')),
                ('owner', models.CharField(blank=True, max_length=160, verbose_name='who does it (a role)')),
                ('due_on', models.DateField(verbose_name='until when')),
                ('done_on', models.DateField(blank=True, null=True, verbose_name='done on')),
                ('proof', models.CharField(blank=True, max_length=300, verbose_name='proof, or where it lies')),
                ('done_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('indicator', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='vision.indicator')),
                ('pilot', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tasks', to='pilots.pilot')),
                ('site', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='tasks', to='pilots.site')),
            ],
            options={
                'ordering': ['due_on', 'pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('done_on__isnull', True), ('kind', 'device')), fields=('site', 'indicator'), name='pilots_silent_device_once')],
            },
        ),
        migrations.CreateModel(
            name='PilotVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('from_on', models.DateField(verbose_name='from which day')),
                ('what', models.CharField(blank=True, max_length=500, verbose_name='what changed')),
                ('pilot', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='pilots.pilot')),
            ],
            options={
                'ordering': ['number'],
                'constraints': [models.UniqueConstraint(fields=('pilot', 'number'), name='pilots_version_once')],
            },
        ),
        migrations.CreateModel(
            name='PulseQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('text', models.CharField(max_length=200, verbose_name='question')),
                ('language', models.CharField(default='en', max_length=12, verbose_name='language')),
                ('translations', models.JSONField(blank=True, default=dict)),
                ('scale', models.CharField(choices=[('yes_no', 'yes or no'), ('five', 'five steps, from very bad to very good')], max_length=8, verbose_name='answers')),
                ('first_round', models.PositiveSmallIntegerField(default=1)),
                ('indicator', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='pulse_questions', to='vision.indicator', verbose_name='indicator')),
                ('pilot', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pulse_questions', to='pilots.pilot')),
            ],
            options={
                'ordering': ['position', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('pilot', 'position'), name='pilots_pulse_place_once'), models.CheckConstraint(condition=models.Q(('position__range', (1, 3))), name='pilots_pulse_three_questions')],
            },
        ),
        migrations.CreateModel(
            name='PulseRound',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('starts_on', models.DateField(verbose_name='from')),
                ('ends_on', models.DateField(verbose_name='until')),
                ('pilot', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pulse_rounds', to='pilots.pilot')),
            ],
            options={
                'ordering': ['number'],
                'constraints': [models.UniqueConstraint(fields=('pilot', 'number'), name='pilots_pulse_round_once'), models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='pilots_pulse_round_in_order', violation_error_message='A round ends after it starts.')],
            },
        ),
        migrations.CreateModel(
            name='RegisterEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=160, verbose_name='device')),
                ('sensor_type', models.CharField(choices=[('sound', 'Sound sensor'), ('camera', 'Camera'), ('chemical', 'Chemical sensor'), ('electricity', 'Electricity or magnetism sensor'), ('flow', 'Flow sensor'), ('position', 'Position or displacement sensor'), ('optical', 'Optical sensor'), ('pressure', 'Pressure sensor'), ('density', 'Density sensor'), ('temperature', 'Temperature sensor'), ('proximity', 'Proximity sensor')], max_length=12, verbose_name='kind of sensor')),
                ('themes', models.CharField(blank=True, max_length=200, verbose_name='themes')),
                ('organisation', models.CharField(max_length=160, verbose_name='who owns it')),
                ('email', models.EmailField(max_length=254, verbose_name='e-mail of a role, not of a person')),
                ('contains_personal_data', models.BooleanField(default=False, verbose_name='it takes in personal data')),
                ('no_personal_data_because', models.CharField(blank=True, max_length=500, verbose_name='why a camera takes in no personal data')),
                ('legal_ground', models.CharField(blank=True, choices=[('consent', 'Consent'), ('contract', 'A contract'), ('legal_obligation', 'A legal obligation'), ('vital_interests', 'Vital interests'), ('public_task', 'A task in the public interest'), ('legitimate_interests', 'Legitimate interests')], max_length=20, verbose_name='legal ground')),
                ('privacy_url', models.URLField(blank=True, max_length=400, verbose_name='address of the privacy statement')),
                ('active_until', models.DateField(verbose_name='there until')),
                ('reference', models.CharField(blank=True, max_length=80, verbose_name="number in the city's register")),
                ('published_on', models.DateField(default=django.utils.timezone.localdate)),
                ('pilot', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='register_entries', to='pilots.pilot')),
            ],
            options={
                'verbose_name_plural': 'register entries',
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(fields=('pilot', 'name'), name='pilots_register_entry_once', violation_error_message='This pilot has an entry of this name already.'), models.CheckConstraint(condition=models.Q(('contains_personal_data', False), models.Q(models.Q(('legal_ground', ''), _negated=True), models.Q(('privacy_url', ''), _negated=True)), _connector='OR'), name='pilots_personal_data_needs_ground', violation_error_message='Where personal data is taken in, give the legal ground and the privacy statement.'), models.CheckConstraint(condition=models.Q(models.Q(('sensor_type', 'camera'), _negated=True), ('contains_personal_data', True), models.Q(('no_personal_data_because', ''), _negated=True), _connector='OR'), name='pilots_camera_explains', violation_error_message='Say why this camera takes in no personal data, or that it does.')],
            },
        ),
        migrations.CreateModel(
            name='ReportNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('which', models.CharField(choices=[('mid-term', 'Mid-term report'), ('final', 'Final report')], max_length=8)),
                ('code', models.CharField(max_length=24)),
                ('text', models.TextField(blank=True, max_length=3000, verbose_name='in your words')),
                ('missing_reason', models.CharField(blank=True, max_length=500, verbose_name='not recorded, because')),
                ('written_at', models.DateTimeField()),
                ('pilot', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='report_notes', to='pilots.pilot')),
            ],
            options={
                'ordering': ['code'],
                'constraints': [models.UniqueConstraint(fields=('pilot', 'which', 'code'), name='pilots_report_note_once'), models.CheckConstraint(condition=models.Q(models.Q(models.Q(('text', ''), _negated=True), ('missing_reason', '')), models.Q(('text', ''), models.Q(('missing_reason', ''), _negated=True)), _connector='OR'), name='pilots_report_answer_or_reason', violation_error_message='Write the answer, or why there is none; not both.')],
            },
        ),
        migrations.CreateModel(
            name='RetiredCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=12, unique=True)),
                ('site_name', models.CharField(max_length=120)),
                ('pilot_title', models.CharField(max_length=160)),
                ('language', models.CharField(default='en', max_length=12)),
                ('retired_on', models.DateField()),
                ('partnership', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='retired_codes', to='accounts.partnership')),
                ('pilot', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='retired_codes', to='pilots.pilot')),
            ],
            options={
                'ordering': ['retired_on', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='SiteCovariate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='what')),
                ('value', models.FloatField(verbose_name='value')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='covariates', to='pilots.site')),
            ],
            options={
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(fields=('site', 'name'), name='pilots_covariate_once')],
            },
        ),
        migrations.CreateModel(
            name='Bid',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organisation', models.CharField(max_length=160, verbose_name='who offered')),
                ('amount', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='amount')),
                ('currency', models.CharField(default='EUR', max_length=3, verbose_name='currency')),
                ('score', models.CharField(blank=True, max_length=60, verbose_name='score')),
                ('chosen', models.BooleanField(default=False, verbose_name='chosen')),
                ('reason', models.CharField(blank=True, max_length=500, verbose_name='why, or why not')),
                ('call', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='bids', to='pilots.call')),
            ],
            options={
                'ordering': ['-chosen', 'organisation'],
                'constraints': [models.UniqueConstraint(fields=('call', 'organisation'), name='pilots_bid_once', violation_error_message="This organisation's offer is in the list already."), models.UniqueConstraint(condition=models.Q(('chosen', True)), fields=('call',), name='pilots_one_bid_is_chosen')],
            },
        ),
        migrations.CreateModel(
            name='ConflictOfInterest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('juror', models.CharField(max_length=160, verbose_name='who (a role is enough)')),
                ('none', models.BooleanField(default=False, verbose_name='has no interest in any offer')),
                ('interest', models.CharField(blank=True, max_length=500, verbose_name='which interest, and what followed')),
                ('declared_on', models.DateField(verbose_name='declared on')),
                ('call', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='declarations', to='pilots.call')),
            ],
            options={
                'ordering': ['juror'],
                'constraints': [models.UniqueConstraint(fields=('call', 'juror'), name='pilots_juror_once'), models.CheckConstraint(condition=models.Q(models.Q(('interest', ''), ('none', True)), models.Q(('none', False), models.Q(('interest', ''), _negated=True)), _connector='OR'), name='pilots_interest_or_none', violation_error_message='Say which interest there is, or that there is none.')],
            },
        ),
        migrations.CreateModel(
            name='FixAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('answer', models.CharField(choices=[('yes', 'yes'), ('partly', 'partly'), ('no', 'no')], max_length=8)),
                ('answered_at', models.DateTimeField()),
                ('commitment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='pilots.commitment')),
                ('feedback', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='fix_answers', to='pilots.feedback')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('commitment', 'feedback'), name='pilots_one_fix_answer_each')],
            },
        ),
        migrations.CreateModel(
            name='PulseAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('value', models.PositiveSmallIntegerField()),
                ('channel', models.CharField(choices=[('web', 'web'), ('paper', 'paper'), ('room', 'in the room'), ('kiosk', 'at a kiosk'), ('import', 'imported')], default='web', max_length=10)),
                ('answered_at', models.DateTimeField()),
                ('answered_on', models.DateField()),
                ('participant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pulse_answers', to='voices.participant')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pulse_answers', to='pilots.site')),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='answers', to='pilots.pulsequestion')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='pilots.pulseround')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('question', 'round', 'site', 'participant'), name='pilots_one_pulse_answer_each'), models.CheckConstraint(condition=models.Q(('value__range', (0, 5))), name='pilots_pulse_value_known')],
            },
        ),
        migrations.CreateModel(
            name='PulseTurnout',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=[('web', 'web'), ('paper', 'paper'), ('room', 'in the room'), ('kiosk', 'at a kiosk'), ('import', 'imported')], default='web', max_length=10)),
                ('invited', models.PositiveIntegerField(verbose_name='invited')),
                ('how', models.CharField(blank=True, max_length=200, verbose_name='how they were invited')),
                ('entered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='turnouts', to='pilots.pulseround')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pulse_turnouts', to='pilots.site')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('round', 'site', 'channel'), name='pilots_turnout_once')],
            },
        ),
        migrations.CreateModel(
            name='SignatureLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_sha256', models.CharField(max_length=64, unique=True)),
                ('draft_sha256', models.CharField(max_length=64)),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(blank=True, null=True)),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('signer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='pilots.gatesigner')),
            ],
        ),
        migrations.CreateModel(
            name='SpecificationLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='property')),
                ('value', models.CharField(max_length=160, verbose_name='value with its unit')),
                ('pilot', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='specification', to='pilots.pilot')),
                ('version', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='pilots.pilotversion')),
            ],
            options={
                'ordering': ['version', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('pilot', 'version', 'name'), name='pilots_specification_line_once'), models.UniqueConstraint(condition=models.Q(('version__isnull', True)), fields=('pilot', 'name'), name='pilots_bought_line_once')],
            },
        ),
        migrations.AddField(
            model_name='change',
            name='meeting',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='pilot_changes', to='network.meeting', verbose_name='roundtable that led to it'),
        ),
        migrations.AddField(
            model_name='decision',
            name='difference_reason',
            field=models.CharField(blank=True, max_length=1000, verbose_name='why something else is bought than was piloted'),
        ),
        migrations.AddField(
            model_name='decision',
            name='difference_signed_by',
            field=models.CharField(blank=True, max_length=160, verbose_name='who signed that'),
        ),
        migrations.AddField(
            model_name='decision',
            name='second_year',
            field=models.CharField(blank=True, max_length=300, verbose_name='who pays from now on'),
        ),
        migrations.AddField(
            model_name='feedback',
            name='address',
            field=models.CharField(blank=True, max_length=160, verbose_name='where exactly'),
        ),
        migrations.AddField(
            model_name='feedback',
            name='latitude',
            field=models.FloatField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='feedback',
            name='longitude',
            field=models.FloatField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='feedback',
            name='may_show_photo',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='feedback',
            name='photo',
            field=models.FileField(blank=True, upload_to=lamppost.pilots.models.feedback.feedback_photo),
        ),
        migrations.AddField(
            model_name='feedback',
            name='photo_words',
            field=models.CharField(blank=True, max_length=200, verbose_name='what the photo shows'),
        ),
        migrations.AddField(
            model_name='gate',
            name='facts',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name='gate',
            name='signatures',
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name='pilot',
            name='baseline_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='pilot',
            name='baseline_weeks',
            field=models.PositiveSmallIntegerField(default=4, verbose_name='weeks of baseline'),
        ),
        migrations.AddField(
            model_name='pilot',
            name='city_number',
            field=models.CharField(blank=True, max_length=60, verbose_name="the city's telephone number"),
        ),
        migrations.AddField(
            model_name='pilot',
            name='compared',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='pilot',
            name='feedback_read',
            field=models.CharField(blank=True, max_length=160, verbose_name="when residents' feedback is read"),
        ),
        migrations.AddField(
            model_name='pilot',
            name='joined_late_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='pilot',
            name='lottery_commitment',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name='pilot',
            name='lottery_committed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='pilot',
            name='lottery_secret',
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='pilot',
            name='measuring',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='pilot',
            name='paused_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='pilot',
            name='paused_reason',
            field=models.CharField(blank=True, max_length=500, verbose_name='why it is paused'),
        ),
        migrations.AddField(
            model_name='pilot',
            name='purpose',
            field=models.CharField(blank=True, max_length=300, verbose_name='what it is measured for'),
        ),
        migrations.AddField(
            model_name='pilot',
            name='recipients',
            field=models.CharField(blank=True, max_length=300, verbose_name='who receives it'),
        ),
        migrations.AddField(
            model_name='pilot',
            name='removal_days',
            field=models.PositiveSmallIntegerField(default=60, verbose_name='days to take everything down again'),
        ),
        migrations.AddField(
            model_name='pilot',
            name='results_due_on',
            field=models.DateField(blank=True, null=True, verbose_name='results published'),
        ),
        migrations.AddField(
            model_name='pilot',
            name='second_year',
            field=models.CharField(blank=True, max_length=300, verbose_name='who would pay for the second year'),
        ),
        migrations.AddField(
            model_name='site',
            name='block',
            field=models.CharField(blank=True, max_length=40, verbose_name='drawn within'),
        ),
        migrations.AddField(
            model_name='site',
            name='removed_on',
            field=models.DateField(blank=True, null=True, verbose_name='taken down on'),
        ),
        migrations.AddField(
            model_name='site',
            name='starts_on',
            field=models.DateField(blank=True, null=True, verbose_name='technology on here from'),
        ),
        migrations.AddField(
            model_name='site',
            name='step',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='step of the rollout'),
        ),
        migrations.AddField(
            model_name='change',
            name='version',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='change', to='pilots.pilotversion'),
        ),
        migrations.AlterField(
            model_name='decision',
            name='kind',
            field=models.CharField(choices=[('rollout', 'scale: roll out everywhere'), ('expand', 'scale: expand to more places'), ('replicate', 'scale: replicate elsewhere'), ('adapt', 'adapt'), ('stop', 'stop')], max_length=10, verbose_name='decision'),
        ),
        migrations.AlterField(
            model_name='gate',
            name='document',
            field=models.TextField(max_length=20000, verbose_name='document or link'),
        ),
        migrations.AlterField(
            model_name='gate',
            name='kind',
            field=models.CharField(choices=[('problem', 'Problem and owner'), ('stakeholders', 'Stakeholders'), ('call', 'Call for solutions'), ('selection', 'Selection'), ('agreement', 'Agreement'), ('data_protection', 'Data protection'), ('sites', 'Sites'), ('disclosure', 'Disclosure'), ('measuring', 'Measuring starts'), ('baseline', 'Baseline'), ('technology', 'Technology on'), ('feedback', 'Feedback answered'), ('change', 'Mid-term review'), ('evaluation', 'Evaluation'), ('decision', 'Decision'), ('lesson', 'Lesson')], max_length=20),
        ),
        migrations.AlterField(
            model_name='gate',
            name='signed_by_name',
            field=models.CharField(max_length=400, verbose_name='signed by'),
        ),
        migrations.AddConstraint(
            model_name='feedback',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('latitude__isnull', True), ('longitude__isnull', True)), models.Q(('latitude__range', (-90, 90)), ('longitude__range', (-180, 180))), _connector='OR'), name='pilots_feedback_on_earth'),
        ),
    ]
