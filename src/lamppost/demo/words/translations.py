"""The question and its statements in the other languages of Harbourlea."""

from __future__ import annotations

# Language → question, background, what it will decide.
QUESTION: dict[str, dict[str, str]] = {
    "es": {
        "question": "¿Cómo deben ser nuestras calles de noche?",
        "background": (
            "Algunos tenemos miedo de volver a casa a pie. Algunos no podemos dormir por la luz en "
            "la ventana. Algunos echamos de menos las estrellas. Diga qué piensa de lo que "
            "escribieron otros, y añada lo que falta. La pregunta sigue abierta mientras dure la "
            "alianza."
        ),
        "decides": (
            "Qué metas debe cumplir el nuevo alumbrado y cómo se regula en las próximas calles"
        ),
    },
    "ar": {
        "question": "كيف نريد أن تكون شوارعنا بعد حلول الظلام؟",
        "background": (
            "بعضنا يخاف من العودة إلى البيت مشيًا. بعضنا لا يستطيع النوم بسبب الضوء في النافذة. "
            "وبعضنا يشتاق إلى النجوم. قل رأيك فيما كتبه الآخرون، وأضف ما ينقص. يبقى السؤال "
            "مفتوحًا ما دامت الشراكة قائمة."
        ),
        "decides": "الأهداف التي يجب أن تحققها الإنارة الجديدة، وكيف تُضبط في الشوارع التالية",
    },
}

# Language → number of the statement → its words; {c} stands for a pilot street.
STATEMENTS: dict[str, dict[int, str]] = {
    "es": {
        1: "Nadie debería tener que volver a casa a oscuras desde el último autobús.",
        2: "La calle delante de mi casa está demasiado oscura después de las diez.",
        3: "La luz de la calle debe caer en la acera, no en los dormitorios.",
        4: "Prefiero una luz cálida y amarillenta a una luz blanca y brillante.",
        5: "Vale la pena probar farolas que alumbran más cuando alguien se acerca.",
        6: "El ayuntamiento no debería poner cámaras en las farolas.",
        7: "Más luz siempre hace más segura una calle.",
        8: "Echo de menos ver las estrellas sobre el puerto.",
        9: "Gastamos demasiado en electricidad para las farolas.",
        10: "Hay que preguntar a la gente antes de cambiar la luz de su calle.",
        11: "Las farolas deberían bajar su luz entre medianoche y las cinco.",
        12: (
            "No importa que la luz sea desigual, mientras los cruces y las paradas estén bien "
            "alumbrados."
        ),
        13: (
            "Doy un rodeo por la calle principal porque las escaleras que suben a Old Town no "
            "tienen luz."
        ),
        14: "La farola de enfrente da de lleno en mi almohada. He tapado la ventana con cartón.",
        18: "Una farola rota debería repararse en una semana.",
        20: "La parada de autobús de Northgate no tiene ninguna luz. Empiecen por allí.",
        24: "Vuelvo tarde del trabajo y voy por la calzada, porque la acera está a oscuras.",
        26: (
            "Si un sensor cuenta personas, un cartel en el poste debe decir qué cuenta y quién "
            "guarda los números."
        ),
        36: "Publiquen los resultados aunque las farolas nuevas no sirvan de nada.",
        37: "A mi hija le dan miedo las escaleras del puerto cuando anochece.",
        48: "Los coches ya llevan faros. Alumbren la acera, no la calzada.",
        49: (
            "Pruébenlo primero en unas pocas calles y comparen, antes de comprarlo para todo el "
            "pueblo."
        ),
        50: "Quiero luz suficiente en la parada del autobús, no en las ventanas de las casas.",
        57: "Desde que bajaron la luz, han vuelto algunas estrellas sobre el puerto.",
    },
    "ar": {
        1: "لا ينبغي أن يضطر أحد إلى العودة إلى بيته في الظلام من آخر حافلة.",
        2: "الشارع أمام بيتي مظلم جدًا بعد العاشرة.",
        3: "يجب أن يقع ضوء الشارع على الرصيف، لا داخل غرف النوم.",
        4: "أفضّل ضوءًا دافئًا مائلًا إلى الصفرة على ضوء أبيض ساطع.",
        5: "المصابيح التي تزداد سطوعًا عندما يقترب أحد تستحق التجربة.",
        6: "لا ينبغي للبلدة أن تضع كاميرات على أعمدة الإنارة.",
        7: "مزيد من الضوء يجعل الشارع دائمًا أكثر أمانًا.",
        8: "أشتاق إلى رؤية النجوم فوق الميناء.",
        10: "يجب سؤال الناس قبل تغيير الضوء في شارعهم.",
        9: "ننفق أكثر مما ينبغي على كهرباء مصابيح الشوارع.",
        11: "ينبغي خفض إضاءة المصابيح بين منتصف الليل والخامسة صباحًا.",
        12: "لا بأس بإضاءة غير متساوية، ما دامت معابر المشاة ومواقف الحافلات مضاءة جيدًا.",
        16: (
            "أنتهي من تنظيف المكاتب في الحادية عشرة ليلًا وأعود إلى البيت ركضًا. نحتاج إلى إنارة "
            "في Ropewalk."
        ),
        18: "يجب إصلاح المصباح المعطوب خلال أسبوع.",
        20: "لا ضوء على الإطلاق عند موقف الحافلة في Northgate. ابدؤوا من هناك.",
        26: (
            "إذا كان جهاز الاستشعار يعدّ الناس، فلتوضع لافتة على العمود تبيّن ما الذي يعدّه ومن "
            "يحتفظ بالأرقام."
        ),
        30: "أفضّل المصابيح الدافئة. الضوء الأبيض يذكّرني بالمستشفى.",
        31: "كبار السن يقعون بسبب الأرصفة المكسورة لا بسبب قلة الضوء. أصلحوا الأرصفة أولًا.",
        36: "انشروا النتائج حتى لو تبيّن أن المصابيح الجديدة بلا فائدة.",
        40: "لا تركّبوا كاميرات بحجة الإنارة.",
        46: "موقف الحافلة رقم 4 مظلم، وهناك تنتظر عاملات الوردية الليلية.",
        48: "للسيارات مصابيحها. أضيئوا الرصيف لا وسط الشارع.",
        49: "جرّبوا ذلك أولًا في بضعة شوارع وقارنوا، قبل شرائه للبلدة كلها.",
        51: "أمي تمشي مستندة إلى مشّاية ولا ترى حافة الرصيف في الليل.",
        53: "الميناء في الليل أجمل بلا أضواء.",
        58: "تحسّن الوضع، لكن الضوء ما زال مزعجًا عند زاوية {c}.",
    },
    "en": {
        16: (
            "I finish cleaning offices at eleven and run all the way home. We need light on "
            "Ropewalk."
        ),
        24: (
            "I come home late from work and walk in the middle of the street, because the pavement "
            "is dark."
        ),
        30: "I prefer warm bulbs. White light looks like a hospital.",
        31: (
            "Older people fall because of broken pavements, not for want of light. "
            "Mend the pavements first."
        ),
        37: "My daughter is afraid of the steps down to the harbour after sunset.",
        40: "Don't use light as an excuse to put up cameras.",
        46: "The stop of the number 4 is dark, and women on the night shift wait there.",
        50: "I want enough light at the bus stop, not in the windows of homes.",
        51: "My mother walks with a frame and cannot see the kerbs at night.",
        53: "At night the harbour is more beautiful dark.",
        57: "Since the light was turned down, some stars are back over the harbour.",
        58: "It is better, but at the corner of {c} it still dazzles.",
        64: "Light on the pavement, not in the bedrooms.",
    },
}
